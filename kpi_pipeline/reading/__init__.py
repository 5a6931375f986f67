"""Reading pages: a landed page becomes its rows of the lake, one page after the other or in worker processes.

Belongs here: the rows of one page (`landed`, `cleaned`, `extracted`), the processes that make them (`workers`,
`worker`) and the limits they keep (`limits`). Does not belong here: what a text is or says (`cleaning`, `extraction`),
files of the lake, Dagster.
"""
