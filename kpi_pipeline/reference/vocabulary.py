"""The one vocabulary that texts are spelled in: the words of the lexicon and of the names of provinces.

Belongs here: which phrases share a spelling. Does not belong here: how a text is spelled (phrases), the phrases.
"""

from functools import cache

from kpi_pipeline.reference.lexicon import RATED_GROUP, TEXT_GROUP, look_up
from kpi_pipeline.reference.phrases import Spelled, Vocabulary
from kpi_pipeline.reference.provinces import province_names
from kpi_pipeline.reference.soundness import check_reference


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the lexicon and of all names of provinces; a slip in a reference file is told here at once."""
    check_reference()
    return Vocabulary([*look_up(TEXT_GROUP), *look_up(RATED_GROUP), *province_names()])


def spell(text: str) -> Spelled:
    """A text in that spelling. Expects NFC."""
    return vocabulary().spell(text)
