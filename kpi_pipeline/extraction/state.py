"""What a page has said so far.

Belongs here: the state that walks through a page, and what follows from it alone. Does not belong here: taking
things from sentences (carry), asking for them (subjects, when).
"""

from dataclasses import dataclass, field

from kpi_pipeline.extraction.bodies import Scope
from kpi_pipeline.extraction.token import Token


@dataclass(slots=True)
class State:
    """What the page has said so far; years are ISO texts. `mentions` holds the last mention of each subject."""

    day: str | None = None
    subject: str = ""
    subject_line: int = -9
    first: str = ""
    last: str = ""
    period_line: int = -9
    term: tuple[str, str] | None = None
    managed: bool = False
    school: tuple[str, str] | None = None
    page_term: tuple[str, str] | None = None
    term_past: bool = False
    congress_term: tuple[str, str] | None = None
    page_year: str = ""
    scope: Scope | None = None
    page_scope: Scope | None = None
    cited_scope: Scope | None = None
    cell: Scope | None = None
    modality: str = "actual"
    annual: bool = False
    study: bool = False
    scale: str = ""
    levels: tuple[str, ...] = ()
    distribution: tuple[str, tuple[str, ...]] = ("", ())
    mentions: dict[str, Token] = field(default_factory=dict)

    def add_congress(self, first: str, last: str) -> None:
        """Takes the term of a congress; of several, the one that opens in the year of publication stands.

        Of two terms that follow each other the later one is being opened.
        """
        known, year = self.congress_term, (self.day or "")[:4]
        if known is None or (first == year and known[0] != year) or first == known[1]:
            self.congress_term = (first, last)
        elif last == known[0]:
            return
        elif known != (first, last) and known[0] != year:
            self.congress_term = ("", "")

    def past_term(self) -> tuple[str, str] | None:
        """The five years before the term that a congress on the page opens; None where none opens."""
        year = (self.day or "")[:4]
        named = self.page_term if self.page_term is not None and year and self.page_term[0] == year else None
        first, last = self.congress_term or named or ("", "")
        opens = first and (not self.day or self.day[:4] <= first)
        return (str(int(first) - 5), first) if opens and int(last) - int(first) == 5 else None

    def term_over(self) -> tuple[str, str] | None:
        """What "nhiệm kỳ qua" means: the term before the one that opens, else the one named that is over."""
        over = self.term is not None and self.term[1] <= (self.day or "")[:4]
        return self.past_term() or (self.term if over else None)

    def next_term(self) -> tuple[str, str] | None:
        """The term after the one spoken of: it opens in the year of publication; None where nothing tells."""
        year = (self.day or "")[:4]
        for first, last in (term for term in (self.page_term, self.term) if term):
            if first == year or (year and last == year):
                return (first, last) if first == year else (last, str(int(last) + 5))
        return None

    def yet_to_run(self, first: str, last: str) -> bool:
        """Whether a span of years only begins when the page is published: no result can be about all of it."""
        if not first[:4] < last[:4]:
            return False
        return first[:4] >= self.day[:4] if self.day else (first[:4], last[:4]) == self.congress_term

    def any_scope(self) -> Scope | None:
        """The body that holds where a sentence names none: the carried, the page's first, one that is only cited."""
        return self.scope or self.page_scope or self.cited_scope
