"""What is done with whole days of the lake, in this process or in a worker.

Belongs here: judging the facts of a day (`judged`), and the looks that the checks of the page stages take (`look` says
what one is, `stretch` hands them out). Does not belong here: rules and counting (`validation`), reading pages
(`reading`), and Dagster (`defs`), which a worker would take a second to import.
"""

IMPORTS = tuple(f"kpi_pipeline.days.{name}" for name in ("fact_looks", "judged", "page_looks", "stretch"))
"""What workers import to do it."""
