"""Where a text names a province.

Belongs here: names with a capital, and the phrases that only contain one. Does not belong here: which provinces
there are (provinces), which of them a page is about (extraction).
"""

import re
from functools import cache

from kpi_pipeline.reference.phrases import Finder, Spelled
from kpi_pipeline.reference.provinces import province_names
from kpi_pipeline.reference.vocabulary import spell, vocabulary

_TRAPS = re.compile(
    r"thái bình dương|(?:chủ tịch|bác|tư tưởng|đạo đức|phong cách|học viện|lăng|cộng sản|thiếu niên tiền phong) "
    r"hồ chí minh|đường hồ chí minh|huân chương hồ chí minh|giải thưởng hồ chí minh"
)

_CITY = "thành phố "


@cache
def _finder() -> tuple[Finder, tuple[str, ...]]:
    names = province_names()
    finder = Finder(vocabulary(), [name for name in names if name.removeprefix(_CITY) == name])
    return finder, tuple(names[phrase] for phrase in finder.phrases)


def find_names(text: str) -> list[tuple[int, int, str]]:
    """Where the text names a province: start, end and code, in the order of the text.

    Names must begin with a capital letter, so that "hoà bình" (peace) is none; Hồ Chí Minh the man and the ocean
    Thái Bình Dương are left out.
    """
    return find_names_in(spell(text))


def find_names_in(spelled: Spelled) -> list[tuple[int, int, str]]:
    """`find_names` for a text that is spelled already."""
    finder, codes = _finder()
    text, folded = spelled.text, spelled.folded
    found: list[tuple[int, int, str]] = []
    for start, end, phrase in finder.find(spelled):
        if not all(word[0].isupper() for word in text[start:end].split() if word[0].isalpha()):
            continue
        trapped = _TRAPS.search(folded, max(0, start - 24), min(len(folded), end + 8))
        if trapped is None or trapped.start() > start or end > trapped.end():
            found.append((start, end, codes[phrase]))
    return found
