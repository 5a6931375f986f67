"""Measurements of time, run by hand: `python -m kpi_pipeline_tests.benchmarks` (`make bench`).

Belongs here: what extraction and cleaning cost beside trafilatura, how the cost grows, where it goes. Does not belong
here: anything that passes or fails by the clock; the tests of the rooms look at results only.
"""
