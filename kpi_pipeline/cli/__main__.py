"""`python -m kpi_pipeline.cli`."""

from kpi_pipeline.cli import main

main()
