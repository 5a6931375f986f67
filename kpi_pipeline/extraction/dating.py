"""When a statement holds and whether it is a target: its period from the clause, the sentence, the page, the day.

Belongs here: making a bare statement and dating it. Does not belong here: which indicator it states.
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.bodies import Scope
from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.fact import PageContext
from kpi_pipeline.extraction.layout import Line
from kpi_pipeline.extraction.names import Names
from kpi_pipeline.extraction.period import Period, event_year, report_year
from kpi_pipeline.extraction.place import Home
from kpi_pipeline.extraction.slots import Slot, first_of
from kpi_pipeline.extraction.state import State
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.subset import subset_of
from kpi_pipeline.extraction.tables import Cell, Table
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.extraction.when import is_annual, is_end_day, is_target, own_period, sentence_period, year_of
from kpi_pipeline.reference.codes import CLEAN_STRONG, STUDY_RESULT, TASK_COMPLETION
from kpi_pipeline.reference.folding import fold

_THIS_YEAR = fold("năm nay")
_TO_COME = (fold(" mới"), fold(" tới"))
_SPAN_WORDS = re.compile(
    fold(
        r"(?<!\w)(?:(?:sau|qua|trong|suốt) )?(?:[2-9]|1\d|hai|ba|bốn|năm|mười) năm (?:qua|thực hiện|vừa qua)(?!\w)"
        r"|(?:sau|qua|trong) (?:[2-9]|1\d|hai|ba|bốn|năm|mười) năm(?= |,)(?! (?:19|20)\d\d)"
        r"|từ đầu nhiệm kỳ|(?:trong|cả|suốt|nửa đầu) nhiệm kỳ(?! (?:tới|mới|này|19|20))"
    )
)
_TERM = fold("nhiệm kỳ")
_AIMS = frozenset(("target", "planpart", "planref"))
_WHOLE_SCALE = frozenset(("excellent", "good", "completed"))
"""The levels that tell the scale of a table where none of its heads says one in full."""
_OF_SCHOOLS = frozenset(("civil_servant", "public_service_unit"))
"""The subjects that are rated by school years where a page tells of no other year."""


def _opens(tokens: Sequence[Token], period: Period) -> bool:
    """Whether a term yet to run opens its sentence as a heading ("Nhiệm kỳ 2025-2030: ..."), and nothing is told."""
    place = next((index for index, token in enumerate(tokens[:2]) if token is period), -1)
    heads = 0 <= place < len(tokens) - 1 and tokens[place + 1].kind == ":"
    return heads and not period.congress and not any(token.kind in ("past", "reported") for token in tokens)


class Dater:
    """The state of one reading and the dating of its statements."""

    def __init__(
        self, page: Page, lines: Sequence[Line], home: Home, places: Sequence[tuple[int, int, str]],
        context: PageContext, tables: Sequence[Table] = (),
    ) -> None:  # fmt: skip
        self.cells: dict[int, list[Cell]] = {}
        self.full_tables: set[int] = set()
        for table in tables:
            told = {level for cell in table.cells for level in (*cell.row.levels, *cell.column.levels)}
            if told >= _WHOLE_SCALE:
                self.full_tables.update(table.lines)
            for cell in table.cells:
                self.cells.setdefault(cell.line, []).append(cell)
                if (cell.row.levels and cell.row.full) or (cell.column.levels and cell.column.full):
                    self.full_tables.update(table.lines)
        self.rated_line = self.line_of_cells = -9
        self._opened = False
        self._number = -1
        self._until = self._list_from = self._plain = self._aimed = -9
        self.spoken = (0, 0)
        self.page = page
        self.lines = lines
        self.home = home
        self.places = places
        self.state = State(day=context.day)
        self.statements: list[Statement] = []
        self.reasons: dict[int, str] = {}
        self.line = -1
        self.continued = False
        self.last_rating: Statement | None = None
        self.names = Names()
        self.assumed: set[tuple[str, str | None]] = set()
        self.counted_scope: Scope | None = None
        self.kinds: frozenset[str] = frozenset()

    def _new(
        self, number: int, sentence: Sentence, slot: Slot, indicator: str, measure: str, subject: str,
        owner: Statement | None = None,
    ) -> Statement:  # fmt: skip
        """A bare statement; with an owner, of the part of the population that its owner is about."""
        statement = Statement(  # in the order of its fields: a call by name takes three times as long
            slot.figure, slot.value, indicator, measure, subject, number, sentence.line, slot.segment
        )
        statement.comparator = slot.comparator
        if slot.notes:
            statement.flags.update(slot.notes)
        if owner is None:
            statement.subset = subset_of(self.page, sentence.tokens, slot, subject, self.state.mentions)
        else:
            statement.subset = owner.subset
        return statement

    def _when(self, tokens: Sequence[Token], slot: Slot, statement: Statement) -> None:
        """Modality, "each year" and period of a statement."""
        state = self.state
        rating = statement.indicator in (TASK_COMPLETION, CLEAN_STRONG, STUDY_RESULT)
        target = is_target(self.page, tokens, slot, state, self.continued)
        annual = is_annual(tokens, self.kinds, slot, state, self.continued)
        reach = slot.like if slot.like is not None and slot.reading == "coordination" else slot
        annual = annual or (reach is not slot and is_annual(tokens, self.kinds, reach, state, self.continued))
        period = None
        if "period" in self.kinds:
            period = own_period(tokens, slot, target) or sentence_period(tokens, slot, target)
            if period is None and reach is not slot:
                period = own_period(tokens, reach, target)
        if (
            target
            and period is not None
            and (self._before_aim(tokens, slot, period) or self._on_the_way(tokens, slot, period))
        ):
            target = False
        statement.modality = "target" if target else "actual"
        first, last = year_of(period, state, rating) if period is not None else ("", "")
        if target and state.day and period is not None and self._is_now(period):
            first = last = state.day[:4]
        if rating and not target and period is not None and is_end_day(self.page, period):
            first = last = report_year(period.first)
        if period is not None and period.code in ("this_term", "past_term"):
            known = state.term if target or not state.yet_to_run(*(state.term or ("", ""))) else None
            if target and self.page.folded.endswith(_TO_COME, period.start, period.end):
                known, annual = state.next_term() or known, annual and "every" in self.kinds
            first, last = known or (state.page_term if target else state.past_term()) or ("", "")
            statement.annual, statement.dated = annual, bool(first)
            statement.first, statement.last = first or None, last or None
            return
        if rating and period is not None and period.code == "year" and self._is_ahead(first, slot.percent):
            target, statement.modality = True, "target"
        announced = target and annual and period is not None and period.code == "year"
        if (
            announced
            and period is not None
            and (self._every_after(tokens, slot, period) or self._of_another_part(tokens, slot, period))
        ):
            first, last = "", ""
        if not target and rating and period is not None and state.yet_to_run(first, last) and _opens(tokens, period):
            target, statement.modality = True, "target"
        if not target and state.yet_to_run(first, last):
            known = state.past_term() if annual else None
            statement.annual = annual
            statement.first, statement.last = known or (None, None)
            return
        statement.dated = bool(first)
        if period is not None and period.mended:
            statement.flags.add("term_mended")
        if first and period is not None and period.code in ("year", "point", "months", "last_year"):
            annual = False
        if not first:
            first, last = self._carried_period(statement, annual, target, rating, tokens)
        statement.annual = annual
        statement.first, statement.last = first or None, last or None

    def _before_aim(self, tokens: Sequence[Token], slot: Slot, period: Period) -> bool:
        """Whether a target is only carried, and the year named with the number lies before the one it was set for."""
        if period.code != "year" or "target" in self.kinds or "every" in self.kinds:
            return False
        return period.first < self.state.first[:4] and not is_target(self.page, tokens, slot, self.state, False)

    def _on_the_way(self, tokens: Sequence[Token], slot: Slot, period: Period) -> bool:
        """ "Nhiệm kỳ 2020-2025 phấn đấu 90% ...; năm 2021, 92% ...": the result of a year that the aim's term holds.

        The aim with its number stands before, the year is over on the day of publication, nothing says between that
        the year's number is wanted too, and no year to come is named beside it, as in a plan year by year. An aim that
        names no period at all ("đề ra 85% ...; năm 2022 đạt 91%") does not reach over a year either.
        """
        day = (self.state.day or "")[:4]
        if self.kinds.isdisjoint(_AIMS) or period.code != "year" or period.plan or not period.first < day:
            return False
        place = next((index for index, token in enumerate(tokens[: slot.index]) if token is period), 0)
        number = first_of(tokens, "number")
        if not 0 < number < place:
            return False
        aims = [t for t in tokens[:number] if isinstance(t, Period) and t.code in ("span", "year")]
        aims = [t for t in aims if t.last >= (day if t.code == "year" else period.first)]
        named = [t.first for t in tokens[number:] if isinstance(t, Period) and t.code == "year" and not t.versus]
        return (
            (bool(aims) or not any(isinstance(t, Period) for t in tokens[:number]))
            and max(named) < day
            and all(token.kind != "target" for token in tokens[number : slot.index])
        )

    def _is_now(self, period: Period) -> bool:
        """Whether a period is the year that runs on the day of publication ("Năm nay phấn đấu ...")."""
        return self.page.folded.startswith(_THIS_YEAR, period.start) and (self.state.day or "")[5:7] > "03"

    def _is_ahead(self, year: str, share: bool = False) -> bool:
        """Whether a year only begins after the day of publication, or a share's has just begun: it is wanted."""
        day = self.state.day or ""
        return bool(day) and (year[:4] > day[:4] or (share and year == day[:4] and day[5:7] in ("01", "02", "03")))

    def _of_another_part(self, tokens: Sequence[Token], slot: Slot, period: Period) -> bool:
        """ "đạt 110 triệu đồng vào năm 2030; 95% chi bộ ... hằng năm": whether a year stands inside an earlier part."""
        place = next((at for at, token in enumerate(tokens[: slot.index]) if token is period), 0)
        return place > 2 and any(token.kind == ";" for token in tokens[place : slot.index])

    def _every_after(self, tokens: Sequence[Token], slot: Slot, period: Period) -> bool:
        """Whether "each year" stands between a target year and the number: the year is not the number's own."""
        if not self.page.folded.startswith("đến", period.start):
            return False
        told = (token for token in tokens[: slot.index] if token.kind == "every" and token.code != "per")
        return any(period.end <= token.start for token in told)

    def _carried_period(
        self, statement: Statement, annual: bool, target: bool, rating: bool, tokens: Sequence[Token]
    ) -> tuple[str, str]:
        state = self.state
        if annual:
            carried = self.continued and state.first != state.last and not (target and state.term_past)
            spans = [(state.first[:4], state.last[:4])] if carried else []
            spans += [term for term in (state.term, state.page_term if target else state.past_term()) if term]
            spans += [(state.first[:4], state.last[:4])] if state.first != state.last and state.period_line >= 0 else []
            ended = state.past_term()
            if target and ended is not None:
                spans = [*(span for span in spans if span != ended), (ended[1], str(int(ended[1]) + 5))]
            if target and state.day:
                spans = [span for span in (*spans, state.congress_term or ("", "")) if span[1] >= state.day[:4]]
            return next((span for span in spans if target or not state.yet_to_run(*span)), ("", ""))
        if target:
            named = [token for token in tokens if isinstance(token, Period)]
            if len(named) == 1 and named[0].code == "year" and tokens[-1] is named[0]:  # "... trong năm 2025"
                return named[0].first, named[0].last
            if state.day and any(token.code == "year_end" for token in tokens if token.kind == "period"):
                return state.day[:4], state.day[:4]
            if self.continued and state.first and not state.term_past:
                return state.first, state.last
            if "whole" in self.kinds or state.term:
                term = state.term or state.page_term
                if term:
                    over = state.term_past and term[1] <= (state.day or "")[:4]
                    return ("", "") if over else term
            if state.day and state.first[:4] > state.day[:4]:
                return state.first, state.last
            if state.day and state.page_term and state.page_term[0] == state.day[:4]:
                return state.page_term
            if not state.day:
                return state.page_term or ("", "")
            return state.day[:4], state.day[:4]
        if statement.indicator == "award" and state.day:
            dated = next((t for t in reversed(tokens) if isinstance(t, Period) and t.code == "date"), None)
            if dated is not None:
                return dated.first[:4], dated.first[:4]
        if "whole" in self.kinds and state.term:
            return state.term
        spanning = self._spans_years(tokens)
        several = state.first != state.last or not spanning
        if state.first and several and not state.yet_to_run(state.first, state.last):
            return ("", "") if self._is_ahead(state.first) else (state.first, state.last)
        if spanning:
            return "", ""
        if state.term_past:
            return "", ""
        statement.flags.add("period_assumed")
        if state.school is not None and statement.subject in _OF_SCHOOLS:
            return state.school
        if state.page_year and rating:
            return state.page_year, state.page_year
        if state.day:
            year = report_year(state.day) if rating else event_year(state.day)
            return year, year
        return ("", "")

    def _spans_years(self, tokens: Sequence[Token]) -> bool:
        """Whether a sentence speaks of several years that it does not name ("Qua 5 năm", "Trong nhiệm kỳ")."""
        words = self.page.folded[tokens[0].start : tokens[-1].end] if tokens else ""
        return (" năm" in words or _TERM in words) and _SPAN_WORDS.search(words) is not None

    def _as_point(self, tokens: Sequence[Token], slot: Slot, statement: Statement) -> None:
        """A population stands at one point: the end of its period, or the day of publication."""
        state = self.state
        low = slot.zone[0]
        near = tokens[low : slot.index]
        now = any(isinstance(token, Period) and token.code == "now" for token in near) or any(
            token.kind == "have" and "hiện" in self.page.folded[token.start : token.end] for token in near
        )
        if (now and state.day) or (not statement.dated and state.day and not state.period_line >= 0):
            statement.first = statement.last = state.day[:7]
        else:
            statement.first = statement.last
        statement.annual = False

    def _year_state(self, owner: Statement) -> State:
        return State(day=self.state.day, first=owner.first or "", last=owner.last or "")
