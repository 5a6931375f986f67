"""Committees of communes, which stand right above the grassroots since July 2025.

Belongs here: telling them from the grassroots committees that they were before. Does not belong here: every other
subject (subjects), the phrases that name one (`subjects.csv`).
"""

import re

from kpi_pipeline.extraction.joined import Subject
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.state import State
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

TWO_TIERS = "2025-07"
"""The month from which provinces have no districts (Constitution as amended on 16 June 2025)."""
_OF_COMMUNES = re.compile(fold(r"đảng bộ (?:cấp |các )?(?:xã|phường|đặc khu)(?!\w)"))
_SMALLER = frozenset(("district", "commune", "organisation"))


def with_tiers(page: Page, tokens: list[Token], state: State) -> list[Token]:
    """The tokens, "30 đảng bộ xã, phường" made committees right above the grassroots on a page of the new structure.

    A year before 2025 in the sentence, or a page about a smaller body, tells of those that were grassroots committees.
    """
    years = [token.last[:4] for token in tokens if isinstance(token, Period) and token.code in ("year", "span")]
    small = state.page_scope is not None and state.page_scope.code in _SMALLER
    if small or any(year < TWO_TIERS[:4] for year in years):
        return tokens
    result = tokens
    for place, token in enumerate(tokens):
        named = token.kind == "subject" and token.code == "grassroots_party_committee"
        if named and _OF_COMMUNES.match(page.folded, token.start) is not None:
            result = [*tokens] if result is tokens else result
            also = token.also if isinstance(token, Subject) else ()
            result[place] = Subject("subject", "upper_party_committee", token.start, token.end, also)
    return result
