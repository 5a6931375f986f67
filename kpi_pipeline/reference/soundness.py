"""One look at all files that an analyst may extend, before the first text is read with them.

Belongs here: what must hold between the files. Does not belong here: what must hold within one of them (lexicon,
sources).
"""

from functools import cache

from kpi_pipeline.reference.codes import SUBJECTS
from kpi_pipeline.reference.sources import all_sources
from kpi_pipeline.reference.tables import ReferenceDataError, data_rows

_SUBJECTS = ("subject", "subject_group", "part_of", "name_vi", "name_en")


@cache
def check_reference() -> None:
    """Raises `ReferenceDataError` for a slip in the sources, or a subject that only one of its two places has."""
    all_sources()
    named = [row["subject"] for row in data_rows("subjects.csv", _SUBJECTS)]
    for code in sorted(set(SUBJECTS) ^ set(named)):
        there, missing = ("codes.py", "subjects.csv") if code in SUBJECTS else ("subjects.csv", "codes.py")
        raise ReferenceDataError(f"The subject {code!r} stands in {there} but not in {missing}: add it there.")
