"""From bound numbers to statements: which indicator and measure a number states, sentence by sentence.

Belongs here: the decision what a slot says, using the carried state. Does not belong here: reading inside a
clause (binding), the sources of what is left out (carry), arithmetic.
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.binding import SentenceReader, Slot, leads_count
from kpi_pipeline.extraction.carry import (
    PEOPLE,
    State,
    choose_scope,
    is_annual,
    is_target,
    own_period,
    remember,
    resolve_subject,
    sentence_period,
    year_of,
)
from kpi_pipeline.extraction.clauses import Level, Sentence, Subject
from kpi_pipeline.extraction.fact import PageContext
from kpi_pipeline.extraction.layout import Line
from kpi_pipeline.extraction.mask import Figure
from kpi_pipeline.extraction.period import Period, event_year, report_year
from kpi_pipeline.extraction.place import Home, Scope, scopes_of
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.tables import Cell, Table
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.codes import CLEAN_STRONG, LEVELS, NOT_ASSESSED, STUDY_RESULT, TASK_COMPLETION, join_levels

_GRADES = {
    "excellent": "excellent", "good": "good", "grade_good": "good", "grade_fair": "fair",
    "grade_average": "average", "grade_poor": "poor", "weak": "poor",
}  # fmt: skip
_OLD_ONLY = frozenset(("exemplary", "clean_strong", "weak"))
_COUNTABLE = frozenset(("study_participation", "inspection", "emulation_title"))
_AFTER_POPULATION = frozenset((",", ";", ")", "(", "and", "scope", "period", "have", "within", "rest", "orgname", "-", "|"))
_LIVING = ("sinh hoạt", "trực thuộc", "đang sinh hoạt", "trong toàn", "ở", "tại", "thuộc")


class Reader:
    """Walks through the sentences of one page; collects `statements` and, by offset, `reasons` for the rest."""

    def __init__(
        self, page: Page, lines: Sequence[Line], home: Home, places: Sequence[tuple[int, int, str]],
        context: PageContext, tables: Sequence[Table] = (),
    ) -> None:  # fmt: skip
        self.cells: dict[int, list[Cell]] = {}
        self.full_tables: set[int] = set()
        for table in tables:
            for cell in table.cells:
                self.cells.setdefault(cell.line, []).append(cell)
                if (cell.row.levels and cell.row.full) or (cell.column.levels and cell.column.full):
                    self.full_tables.update(table.lines)
        self.rated_line = -9
        self.caption = ""
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

    def survey(self, stream: Sequence[Token], lines: Sequence[Line]) -> None:
        """What the whole page tells: the latest named term, the first plain year."""
        del lines
        for token in stream:
            if isinstance(token, Period):
                if token.term and (self.state.page_term is None or token.last > self.state.page_term[1]):
                    self.state.page_term = (token.first, token.last)
                if token.code == "year" and not token.versus and not token.plan and not self.state.page_year:
                    self.state.page_year = token.first

    def read(self, number: int, sentence: Sentence) -> None:
        """Reads one sentence and moves the state on."""
        self._number = number
        tokens = sentence.tokens
        state = self.state
        line = self.lines[sentence.line]
        if sentence.line != self.line:
            bulleted = line.role == "bullet" or self.page.text[line.start].islower()
            self.continued = (self.continued and bulleted) or self._opened
            self.line = sentence.line
            if not self.continued:
                state.scope = None
        else:
            self.continued = True
        if line.role == "table":
            self._cells(number, sentence)
            return
        if not tokens:
            return
        self.caption = self.page.folded[sentence.start : sentence.end]
        if any(token.kind in ("assess", "scale") or isinstance(token, Level) for token in tokens):
            self.rated_line = sentence.line
        if any(token.kind in ("past", "reported") for token in tokens) and not any(t.kind == "target" for t in tokens):
            state.modality, state.annual = "actual", False
        if any(isinstance(t, Period) and t.code in ("year", "months", "point") and not t.plan for t in tokens) and (
            not any(t.kind == "target" for t in tokens)
        ):
            state.modality = "actual"
        slots = SentenceReader(self.page, tokens).read()
        scopes = scopes_of(self.page, tokens, self.home, self.places)
        if slots:
            self._numbers(number, sentence, slots, scopes)
        self._after(sentence, tokens, slots, scopes)

    _opened = False
    _number = -1

    def _after(
        self, sentence: Sentence, tokens: Sequence[Token], slots: Sequence[Slot], scopes: Sequence[tuple[int, Scope]]
    ) -> None:
        state = self.state
        remember(self.page, tokens, sentence.line, state)
        if scopes:
            state.scope = scopes[0][1]
            if state.page_scope is None:
                state.page_scope = scopes[0][1]
        made = [item for item in self.statements if item.line == sentence.line and item.sentence == self._number]
        if made:
            last = made[-1]
            state.modality, state.annual = last.modality, last.annual
        self._opened = self.page.text[sentence.start : sentence.end].rstrip().endswith(":")
        if self._opened and not slots:
            state.modality = "target" if any(token.kind == "target" for token in tokens) else state.modality
            state.annual = any(token.kind == "every" for token in tokens) or (state.annual and self.continued)

    def _numbers(
        self, number: int, sentence: Sentence, slots: list[Slot], scopes: Sequence[tuple[int, Scope]]
    ) -> None:
        tokens = sentence.tokens
        chosen = choose_scope(tokens, slots, scopes, self.state)
        made: dict[int, Statement] = {}
        scale = self._scale_of(tokens)
        for slot in slots:
            figure = slot.figure
            if isinstance(figure, Figure) and figure.part is not None:
                continue
            statement = self._statement(number, sentence, slot, slots, made, scale)
            if statement is None:
                self.reasons[figure.start] = slot.reason or "no_subject"
                if isinstance(figure, Figure) and figure.total is not None:
                    self.reasons[figure.total.start] = self.reasons[figure.start]
                continue
            made[slot.index] = statement
            self._place(statement, slot, chosen.get(slot.index))
            self.statements.append(statement)
            if isinstance(figure, Figure) and figure.total is not None:
                self._second_number(statement, slot, figure.total, tokens)
        self._distribution(made.values())

    def _scale_of(self, tokens: Sequence[Token]) -> str:
        """The rating scale a sentence is on, by its levels; empty where it does not tell."""
        codes = {level for token in tokens if isinstance(token, Level) for level in token.levels}
        if any(token.kind == "scale" and token.code == STUDY_RESULT for token in tokens):
            return STUDY_RESULT
        if codes & {"grade_good", "grade_fair"} and self.state.study:
            return STUDY_RESULT
        return CLEAN_STRONG if codes & _OLD_ONLY else ""

    def _statement(
        self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot], made: dict[int, Statement], scale: str
    ) -> Statement | None:
        tokens = sentence.tokens
        if slot.reason:
            return None
        if slot.percent and self._of_plan(tokens, slot):
            slot.reason = "plan_ratio"
            return None
        if not slot.percent and slot.value != int(slot.value) and not self._lost_percent(tokens, slot):
            slot.reason = "other_indicator"
            return None
        if any(token.kind == "rule" for token in self._before(tokens, slot)):
            slot.reason = "threshold"
            return None
        if slot.share_of is not None:
            return self._share(number, sentence, slot, made)
        if slot.like is not None and slot.reading in ("other_period", "other_scope", "target_beside"):
            return self._like(number, sentence, slot, made.get(slot.like.index))
        if slot.reading.startswith("respectively_before"):
            return self._as_before(number, sentence, slot, slots)
        topic = slot.topic
        if topic is not None and topic.kind in ("trap", "planpart", "rule"):
            slot.reason = topic.code if topic.kind != "rule" else "threshold"
            return None
        if topic is None and self._trapped(tokens, slot):
            return None
        if isinstance(topic, Level) and self._trapped(tokens, slot):
            return None
        if self._is_total(tokens, slot, slots):
            return self._total(number, sentence, slot, slots, scale)
        if isinstance(topic, Level):
            return self._rating(number, sentence, slot, slots, made, topic, scale)
        if topic is not None and topic.kind == "same":
            return self._same(number, sentence, slot, slots)
        if topic is not None and topic.kind == "indicator":
            return self._indicator(number, sentence, slot, slots, made, topic)
        if topic is None and not slot.percent and self._new_members(slot):
            return self._indicator(number, sentence, slot, slots, made, Token("indicator", "party_members_admitted", 0, 0))
        if topic is None and slot.percent and slot.unit is None and self._other_body(tokens, slot):
            return self._like(number, sentence, slot, self.last_rating)
        return self._population(number, sentence, slot, slots)

    def _cells(self, number: int, sentence: Sentence) -> None:
        """The number cells of one line of a table."""
        for cell in self.cells.get(sentence.line, ()):
            statement = self._cell(number, sentence, cell)
            if statement is None:
                self.reasons.setdefault(cell.figure.start, "no_level")
            else:
                self.statements.append(statement)

    def _cell(self, number: int, sentence: Sentence, cell: Cell) -> Statement | None:
        named = cell.column if cell.column.levels else cell.row
        figure = cell.figure
        share = figure.percent or cell.column.share or cell.row.share
        share = share or (not cell.column.count and re.search(r"\(\s?%\s?\)|tỷ lệ %", self.caption) is not None)
        subject = cell.row.subject or cell.column.subject or self.state.subject
        rated = sentence.line in self.full_tables or self.rated_line >= 0
        if not subject or not rated or (not share and figure.value != int(figure.value)):
            return None
        if named.levels and not named.full and sentence.line not in self.full_tables and self.state.scale != TASK_COMPLETION:
            return None
        if any(level.startswith("grade_") for level in named.levels):
            return None
        total = not named.levels and (cell.column.total or cell.row.total)
        if not named.levels and (not total or share):
            return None
        slot = Slot(0, figure, figure.value, share)
        statement = self._new(number, sentence, slot, TASK_COMPLETION, "share" if share else "count", subject)
        statement.reading = "table"
        if total:
            statement.measure = "total"
        year = cell.column.year or cell.row.year
        rating = True
        first, last = year_of(year, self.state, rating) if year is not None else ("", "")
        statement.dated = bool(first)
        if not first:
            first, last = self._carried_period(statement, False, False, rating, sentence.tokens)
        statement.first, statement.last = first or None, last or None
        old = [level for item in self.cells.get(sentence.line, ()) for level in (*item.row.levels, *item.column.levels)]
        scale = CLEAN_STRONG if set(old) & _OLD_ONLY else ""
        statement.indicator = self._rating_scale(subject, named.levels, scale, statement.last or "")
        statement.levels = self._with_better(named.levels, named.above, statement.indicator)
        scope = self.state.scope or self.state.page_scope
        if cell.row.scope is not None:
            low, high = cell.label
            own = scopes_of(self.page, [cell.row.scope, Token("end", "", high, high)], self.home, self.places)
            scope = own[0][1] if own else scope
        if scope is not None:
            statement.scope, statement.unit_name, statement.province = scope.code, scope.name, scope.province
        return statement

    def _of_plan(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """"104% kế hoạch", "92% so với chỉ tiêu": how far a plan was fulfilled."""
        after = tokens[slot.index + 1 : slot.index + 3]
        while after and after[0].kind in ("filler", "versus"):
            after = after[1:]
        return bool(after) and (after[0].kind in ("planpart", "planref", "target"))

    def _lost_percent(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """A share whose sign was lost: "tỷ lệ" governs it and another share of the sentence carries the sign."""
        folded = self.page.folded
        rate = any(
            token.kind == "link" and ("tỷ lệ" in folded[token.start : token.end] or "tỉ lệ" in folded[token.start : token.end])
            for token in tokens[slot.zone[0] : slot.index]
        )
        signed = any(isinstance(token, Figure) and token.percent for token in tokens)
        if rate and signed and slot.value <= 100:
            slot.percent = True
            slot.notes.append("percent_lost")
            return True
        return False

    def _before(self, tokens: Sequence[Token], slot: Slot) -> list[Token]:
        found: list[Token] = []
        for index in range(slot.index - 1, -1, -1):
            found.append(tokens[index])
        return found

    def _trapped(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Whether a trap sets the topic: the nearest to the left in the segment, or named in the zone."""
        own_full = isinstance(slot.topic, Level) and slot.topic.full and slot.unit is not None and slot.unit.kind == "subject"
        for index in range(slot.index - 1, -1, -1):
            token = tokens[index]
            if token.kind == "trap":
                slot.reason = token.code
                return not own_full or slot.zone[0] <= index
            if token.kind == ";" and own_full:
                break
            if isinstance(token, Level) and token.full:
                break
            if token.kind == "indicator":
                break
        return False

    def _is_total(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> bool:
        if slot.percent or slot.zero or slot.in_paren or slot.stranger:
            return False
        if isinstance(slot.topic, Level) and slot.side == "right":
            return False
        figure = slot.figure
        if isinstance(figure, Figure) and figure.total is not None:
            return False
        index = slot.index - 1
        while index >= 0 and tokens[index].kind in ("before", "filler"):
            index -= 1
        lead = tokens[index] if index >= 0 else None
        if lead is not None and lead.kind == "have" and index and tokens[index - 1].kind == "among":
            lead = tokens[index - 1]
        rated_later = any(isinstance(token, Level) for token in tokens[slot.index :])
        if lead is not None and lead.kind == "assess":
            return slot.unit is not None
        if lead is not None and lead.kind == "among" and slot.unit is not None and rated_later:
            return True
        for token in tokens[slot.after : slot.zone[1]]:
            if token.kind == "assess":
                return slot.unit is not None
            if token.kind in (",", ";", "number", "indicator", "trap") or isinstance(token, Level):
                break
        return False

    def _total(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot], scale: str) -> Statement | None:
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        if not subject:
            slot.reason = "no_subject"
            return None
        statement = self._new(number, sentence, slot, self._rating_scale(subject, (), scale, ""), "total", subject)
        statement.reading = "total"
        self._when(sentence.tokens, slot, statement)
        statement.indicator = self._rating_scale(subject, (), scale, statement.last or "")
        return statement

    def _rating_scale(self, subject: str, levels: Sequence[str], scale: str, last: str) -> str:
        if scale == STUDY_RESULT:
            return STUDY_RESULT
        if set(levels) & _OLD_ONLY:
            return CLEAN_STRONG
        if subject in PEOPLE or "excellent" in levels or "not_completed" in levels:
            return TASK_COMPLETION
        if scale == CLEAN_STRONG:
            return CLEAN_STRONG
        party = subject.startswith("grassroots_party") or subject == "subordinate_party_cell"
        if party and levels and "" < last[:4] <= "2017" and not any(s in ("excellent",) for s in levels):
            return CLEAN_STRONG
        return TASK_COMPLETION

    def _rating(
        self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot], made: dict[int, Statement],
        topic: Level, scale: str,
    ) -> Statement | None:  # fmt: skip
        tokens = sentence.tokens
        levels = slot.levels or topic.levels
        if not topic.full and not self._short_counts(tokens, topic, scale, slot):
            slot.reason = "other_indicator"
            return None
        if slot.stranger and (slot.side == "right" or not slot.percent):
            slot.reason = "other_indicator"
            return None
        if slot.unit is None and slot.side == "right" and not slot.percent and self._follows_noun(slot):
            slot.reason = "other_indicator"
            return None
        subject = resolve_subject(self.page, tokens, slot, slots, self.state)
        if not subject:
            slot.reason = "no_subject"
            return None
        statement = self._new(number, sentence, slot, TASK_COMPLETION, "share" if slot.percent else "count", subject)
        statement.reading = slot.reading or ("zero" if slot.zero else f"level_{slot.side}")
        self._when(tokens, slot, statement)
        if statement.comparator == "le" and statement.modality == "actual":
            slot.reason = "threshold"
            return None
        if scale == STUDY_RESULT and not topic.full:
            statement.indicator = STUDY_RESULT
            statement.levels = tuple(_GRADES[level] for level in levels if level in _GRADES)
        else:
            if any(level.startswith("grade_") for level in levels):
                slot.reason = "other_indicator"
                return None
            statement.indicator = self._rating_scale(subject, levels, scale, statement.last or "")
            statement.levels = self._with_better(levels, topic.above, statement.indicator)
        statement.above = topic.above
        self._within(tokens, slot, slots, made, statement)
        self._base_words(tokens, slot, statement)
        return statement

    def _follows_noun(self, slot: Slot) -> bool:
        return isinstance(slot.figure, Figure) and bool(slot.figure.noun)

    def _short_counts(self, tokens: Sequence[Token], topic: Level, scale: str, slot: Slot) -> bool:
        """Whether a level cut short counts here: a scale is named, or a full level stands in the sentence."""
        if scale == STUDY_RESULT:
            return True
        if any(level.startswith("grade_") for level in topic.levels):
            return False
        named = any(token.kind == "scale" and token.code == TASK_COMPLETION for token in tokens)
        beside = any(isinstance(token, Level) and token.full for token in tokens)
        if named or beside:
            return True
        return self.state.scale == TASK_COMPLETION and self.continued and slot.side == "left"

    def _with_better(self, levels: Sequence[str], above: bool, indicator: str) -> tuple[str, ...]:
        order = LEVELS[indicator]
        known = [level for level in levels if level in order or level == NOT_ASSESSED]
        if above and known and known[0] != NOT_ASSESSED:
            worst = max(order.index(level) for level in known)
            known = list(order[: worst + 1])
        return tuple(sorted(set(known)))

    def _within(
        self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot], made: dict[int, Statement], statement: Statement
    ) -> None:
        """Marks what follows "trong đó" as a part of the nearest statement before it."""
        place = -1
        for index in range(slot.index - 1, -1, -1):
            if tokens[index].kind == "within":
                place = index
                break
            if tokens[index].kind == ";":
                break
        if place < 0:
            return
        statement.within = True
        first = next((other for other in slots if other.index > place), None)
        before = [made[other.index] for other in slots if other.index < place and other.index in made]
        before = before or (self.statements[-1:] if place <= 1 else [])
        for parent in reversed(before):
            if parent.owner is None and parent.subject == statement.subject and parent.measure in ("count", "share"):
                if first is slot or set(statement.levels) < set(parent.levels):
                    statement.parent = parent
                return

    def _base_words(self, tokens: Sequence[Token], slot: Slot, statement: Statement) -> None:
        """Bases said in words after or before a percent."""
        if statement.measure != "share":
            return
        low, high = slot.zone
        among = False
        for token in tokens[slot.index + 1 : min(high, slot.index + 8)]:
            if token.kind in (",", ";", ")", "number"):
                break
            words = self.page.folded[token.start : token.end]
            if token.kind == "assess":
                statement.base = "assessed"
                return
            if token.kind == "base_all":
                statement.base, among = "all", True
            elif token.kind == "among":
                among = True
                if statement.indicator == "party_members_admitted":
                    statement.base = "all"
            elif among and (words.startswith(("toàn ", "trong toàn ", "hiện ", "đầu ")) or words in ("hiện có",)):
                statement.base = "all"
            elif isinstance(token, Level) and token is not slot.topic and token.full:
                statement.base = join_levels(token.levels)
                return
        if statement.base != "assessed":
            return
        if slot.share_of is None:
            return
        before = tokens[max(low, slot.index - 8) : slot.index]
        for place, token in enumerate(before):
            if isinstance(token, Level) and any(item.kind in ("word", "among") for item in before[:place]):
                if token is not slot.topic or slot.reading == "share_again":
                    statement.base = join_levels(token.levels)
                    return
            if token.kind == "base_all":
                statement.base = "all"

    def _share(self, number: int, sentence: Sentence, slot: Slot, made: dict[int, Statement]) -> Statement | None:
        owner = made.get(slot.share_of.index) if slot.share_of is not None else None
        tokens = sentence.tokens
        if owner is None:
            slot.reason = (slot.share_of.reason if slot.share_of is not None else "") or "no_subject"
            return None
        after = tokens[slot.index + 1] if slot.index + 1 < len(tokens) else None
        planned = after is not None and after.kind in ("planpart", "planref")
        based = any(token.kind in ("base_all", "among") for token in tokens[slot.zone[0] : slot.zone[1]])
        if planned or slot.value > 100 or (owner.indicator == "party_members_admitted" and not based):
            slot.reason = "plan_ratio"
            return None
        if owner.indicator in ("population", "award"):
            slot.reason = "other_indicator"
            return None
        statement = self._new(number, sentence, slot, owner.indicator, "share", owner.subject)
        statement.levels, statement.above = owner.levels, owner.above
        statement.first, statement.last, statement.annual = owner.first, owner.last, owner.annual
        statement.modality, statement.dated = owner.modality, owner.dated
        statement.owner = owner if owner.measure != "share" else owner.owner
        quote = self.page.text[slot.figure.start : slot.figure.end]
        statement.reading = f"{slot.reading}|{quote}"
        if slot.in_paren and any(token.kind == "target" for token in tokens[slot.zone[0] : slot.index]):
            statement.modality = "target"
        period = own_period(tokens, slot, False) if slot.in_paren else None
        if period is not None and slot.zone[0] <= tokens.index(period):
            statement.first, statement.last = year_of(period, self._year_state(owner), True)
            statement.owner = None
        if owner.measure == "total":
            statement.levels, statement.base = (), "all"
        self._base_words(tokens, slot, statement)
        return statement

    def _year_state(self, owner: Statement) -> State:
        return State(day=self.state.day, first=owner.first or "", last=owner.last or "")

    def _like(self, number: int, sentence: Sentence, slot: Slot, model: Statement | None) -> Statement | None:
        if model is None or (model.measure == "share") != slot.percent:
            slot.reason = "no_level"
            return None
        tokens = sentence.tokens
        statement = self._new(number, sentence, slot, model.indicator, model.measure, model.subject)
        statement.levels, statement.above, statement.base = model.levels, model.above, model.base
        statement.first, statement.last = model.first, model.last
        statement.annual, statement.modality = model.annual, model.modality
        statement.reading = slot.reading or "other_body"
        if is_target(tokens, slot, self.state, False):
            statement.modality = "target"
            statement.annual = is_annual(tokens, slot, self.state, False) or (
                model.annual and model.modality == "target"
            )
        period = own_period(tokens, slot, statement.modality == "target")
        if period is not None:
            first, last = year_of(period, self._year_state(model), True)
            if first:
                statement.first, statement.last, statement.dated = first, last, True
        return statement

    def _same(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        if self.last_rating is None and not self.statements:
            slot.reason = "no_level"
            return None
        model = next((item for item in reversed(self.statements) if item.levels), None)
        if model is None:
            slot.reason = "no_level"
            return None
        subject = model.subject
        if slot.unit is not None and slot.unit.kind == "subject":
            subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        measure = "share" if slot.percent else "count"
        statement = self._new(number, sentence, slot, model.indicator, measure, subject)
        statement.levels, statement.above, statement.reading = model.levels, model.above, "same_level"
        self._when(sentence.tokens, slot, statement)
        return statement

    def _as_before(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """"các tỷ lệ tương ứng là ..." with no levels: those of the distribution before, in its order."""
        _, place, length = slot.reading.split(":")
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        if len(self.state.distribution) != int(length) or not subject:
            slot.reason = "ambiguous"
            return None
        levels = (self.state.distribution[int(place)],)
        statement = self._new(
            number, sentence, slot, TASK_COMPLETION, "share" if slot.percent else "count", subject
        )
        self._when(sentence.tokens, slot, statement)
        statement.indicator = self._rating_scale(subject, levels, "", statement.last or "")
        statement.levels, statement.reading = levels, "respectively"
        return statement

    def _other_body(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """"Dẫn đầu là Đảng bộ huyện X với tỷ lệ 96,8%": the statement before, of another body."""
        low, _ = slot.zone
        kinds = {token.kind for token in tokens[low : slot.index]}
        return self.continued and bool(kinds & {"scope", "orgname"}) and bool(kinds & {"link", "have", ":"})

    def _indicator(
        self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot], made: dict[int, Statement], topic: Token
    ) -> Statement | None:
        tokens = sentence.tokens
        code = topic.code
        if slot.stranger and not slot.percent:
            slot.reason = "other_indicator"
            return None
        if self._trapped(tokens, slot):
            return None
        unit = slot.unit
        subject = resolve_subject(self.page, tokens, slot, slots, self.state) if unit is not None else ""
        if unit is None and slot.percent and slot.side == "left" and code in _COUNTABLE:
            subject = resolve_subject(self.page, tokens, slot, slots, self.state)
        if unit is None and not slot.percent and code == "party_members_admitted" and leads_count(tokens, slot.index):
            subject = "party_member"
        if unit is None and slot.percent and slot.side == "right" and code == "emulation_title":
            subject = resolve_subject(self.page, tokens, slot, slots, self.state)
        if not subject or slot.zero:
            slot.reason = "other_indicator"
            return None
        if code == "party_members_admitted" and (subject != "party_member" or slot.percent):
            return self._population(number, sentence, slot, slots) if not slot.percent else self._none(slot)
        if code == "award" and unit is not None and unit.kind == "unit" and unit.code in ("collective", "individual"):
            subject = "other"
        if code == "award" and slot.percent:
            return self._none(slot)
        if code == "inspection" and subject not in ("party_member",) and not subject.endswith(
            ("organisation", "committee", "cell")
        ):
            return self._none(slot)
        if code == "study_participation" and slot.side == "left" and not slot.percent and not self._studied(tokens, slot):
            return self._none(slot)
        measure = "share" if slot.percent else "count"
        statement = self._new(number, sentence, slot, code, measure, subject)
        statement.reading = slot.reading or f"verb_{slot.side}"
        self._when(tokens, slot, statement)
        self._within(tokens, slot, slots, made, statement)
        self._base_words(tokens, slot, statement)
        for other in unit.also if isinstance(unit, Subject) and code in ("study_participation", "inspection") else ():
            twin = self._new(number, sentence, slot, code, measure, other)
            twin.reading = "joined_subjects"
            self._when(tokens, slot, twin)
            twin.scope, twin.unit_name = statement.scope, statement.unit_name
            self.statements.append(twin)
        return statement

    def _studied(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Those who took part follow directly: no predicate of their own after the subject."""
        for token in tokens[slot.after : slot.zone[1]]:
            if token.kind in (",", ";", "and", "(", ".", "scope", "period"):
                return True
            if token.kind in ("word", "trap"):
                return False
        return True

    def _none(self, slot: Slot) -> None:
        slot.reason = slot.reason or "other_indicator"

    def _new_members(self, slot: Slot) -> bool:
        """"N đảng viên mới": new members are members admitted."""
        unit = slot.unit
        return unit is not None and self.page.folded[unit.start : unit.end] == "đảng viên mới"

    def _population(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """"có N tổ chức cơ sở đảng", "số đảng viên là N": how many there are, with no predicate after them."""
        tokens = sentence.tokens
        figure = slot.figure
        slot.reason = "no_level" if slot.unit is not None else "no_subject"
        if slot.percent or slot.zero or slot.stranger or (isinstance(figure, Figure) and figure.total is not None):
            return None
        unit = slot.unit
        lead = leads_count(tokens, slot.index)
        if unit is None:
            if lead not in ("link", "becomes") or not self._number_of(tokens, slot):
                return None
        elif unit.kind != "subject":
            if unit.code not in ("person", "party_committee", "party_body") or lead != "becomes":
                if not (unit.code == "party_committee" and self._in_list(slot, slots)):
                    return None
        if not lead and not self._in_list(slot, slots):
            return None
        rest = tokens[slot.after :] if unit is not None else tokens[slot.index + 1 :]
        if rest:
            following = rest[0]
            living = following.kind == "word" and following.code.startswith(_LIVING)
            if following.kind not in _AFTER_POPULATION and not living and following.kind != "filler":
                return None
        subject = resolve_subject(self.page, tokens, slot, slots, self.state)
        if not subject or subject in ("leader", "other", "civil_servant"):
            return None
        slot.reason = ""
        statement = self._new(number, sentence, slot, "population", "count", subject)
        statement.reading = "population"
        self._when(tokens, slot, statement)
        self._as_point(tokens, slot, statement)
        return statement

    def _number_of(self, tokens: Sequence[Token], slot: Slot) -> bool:
        zone = tokens[slot.zone[0] : slot.index]
        place = next((i for i, token in enumerate(zone) if token.kind == "subject"), -1)
        if place < 0:
            return False
        return any(
            token.kind in ("among", "becomes", "base_all")
            or (token.kind == "filler" and self.page.folded[token.start : token.end] == "số")
            for token in zone
        )

    def _in_list(self, slot: Slot, slots: Sequence[Slot]) -> bool:
        place = slots.index(slot) if slot in slots else 0
        if not place:
            return False
        before = slots[place - 1]
        made = self.statements[-1] if self.statements else None
        return made is not None and made.figure is before.figure and made.indicator == "population"

    def _as_point(self, tokens: Sequence[Token], slot: Slot, statement: Statement) -> None:
        """A population stands at one point: the end of its period, or the day of publication."""
        state = self.state
        low = slot.zone[0]
        near = tokens[low : slot.index]
        now = any(isinstance(token, Period) and token.code == "now" for token in near) or any(
            token.kind == "have" and "hiện" in self.page.folded[token.start : token.end] for token in near
        )
        if now and state.day:
            statement.first = statement.last = state.day[:7]
        elif not statement.dated and state.day and not state.period_line >= 0:
            statement.first = statement.last = state.day[:7]
        else:
            statement.first = statement.last
        statement.annual = False

    def _when(self, tokens: Sequence[Token], slot: Slot, statement: Statement) -> None:
        """Modality, "each year" and period of a statement."""
        state = self.state
        rating = statement.indicator in (TASK_COMPLETION, CLEAN_STRONG, STUDY_RESULT)
        target = is_target(tokens, slot, state, self.continued)
        annual = is_annual(tokens, slot, state, self.continued)
        reach = slot.like if slot.like is not None and slot.reading == "coordination" else slot
        period = own_period(tokens, slot, target) or sentence_period(tokens, slot, target)
        if period is None and reach is not slot:
            period = own_period(tokens, reach, target)
        statement.modality = "target" if target else "actual"
        first, last = year_of(period, state, rating) if period is not None else ("", "")
        statement.dated = bool(first)
        if period is not None and period.mended:
            statement.flags.add("term_mended")
        if first and period is not None and period.code in ("year", "point", "months", "last_year"):
            annual = annual and slot.zone[0] > 0 and False
        if not first:
            first, last = self._carried_period(statement, annual, target, rating, tokens)
        statement.annual = annual
        statement.first, statement.last = first or None, last or None

    def _carried_period(
        self, statement: Statement, annual: bool, target: bool, rating: bool, tokens: Sequence[Token]
    ) -> tuple[str, str]:
        state = self.state
        if annual:
            if self.continued and state.first and state.first != state.last:
                return (state.first[:4], state.last[:4])
            term = state.term or (state.page_term if target else None)
            if term:
                return term
            if state.first and state.first != state.last and state.period_line >= 0:
                return (state.first[:4], state.last[:4])
            return ("", "")
        if target:
            if self.continued and state.first:
                return state.first, state.last
            if any(token.kind == "whole" for token in tokens) or state.term:
                term = state.term or state.page_term
                if term:
                    return term
            return (state.day[:4], state.day[:4]) if state.day else ("", "")
        if statement.indicator == "award" and state.day:
            dated = next((t for t in tokens if isinstance(t, Period) and t.code == "date"), None)
            if dated is not None:
                return dated.first[:4], dated.first[:4]
        if any(token.kind == "whole" for token in tokens) and state.term:
            return state.term
        if state.first:
            return state.first, state.last
        statement.flags.add("period_assumed")
        if state.page_year and rating:
            return state.page_year, state.page_year
        if state.day:
            year = report_year(state.day) if rating else event_year(state.day)
            return year, year
        return ("", "")

    def _new(
        self, number: int, sentence: Sentence, slot: Slot, indicator: str, measure: str, subject: str
    ) -> Statement:
        return Statement(
            flags=set(slot.notes), figure=slot.figure, value=slot.value, indicator=indicator, measure=measure, subject=subject,
            sentence=number, line=sentence.line, segment=slot.segment, comparator=slot.comparator,
        )  # fmt: skip

    def _place(self, statement: Statement, slot: Slot, scope: Scope | None) -> None:
        if scope is not None:
            statement.scope, statement.unit_name, statement.province = scope.code, scope.name, scope.province
        for other in self.statements[-2:]:
            if other.figure is statement.figure and other is not statement:
                other.scope, other.unit_name, other.province = statement.scope, statement.unit_name, statement.province
        if statement.measure != "share" or statement.owner is None:
            if statement.indicator in (TASK_COMPLETION, CLEAN_STRONG) and statement.levels:
                self.last_rating = statement
        if statement.owner is not None and statement.dated == statement.owner.dated:
            statement.scope, statement.unit_name = statement.owner.scope, statement.owner.unit_name
            statement.province = statement.owner.province

    def _second_number(self, statement: Statement, slot: Slot, figure: Figure, tokens: Sequence[Token]) -> None:
        """The second number of a ratio: a total, or the target of an achievement."""
        twin = Statement(
            figure=figure, value=figure.value, indicator=statement.indicator, measure="total",
            subject=statement.subject, sentence=statement.sentence, line=statement.line, segment=statement.segment,
            first=statement.first, last=statement.last, annual=statement.annual, modality=statement.modality,
            scope=statement.scope, unit_name=statement.unit_name, province=statement.province, reading="ratio",
        )  # fmt: skip
        if statement.indicator in ("party_members_admitted", "population", "award"):
            planned = any(token.kind in ("planref", "planpart", "target") for token in tokens)
            if statement.indicator != "party_members_admitted" or not planned:
                self.reasons[figure.start] = "ambiguous"
                return
            twin.measure, twin.modality = "count", "target"
        statement.total = twin
        self.statements.append(twin)

    def _distribution(self, statements: object) -> None:
        found: list[str] = []
        for statement in statements if not isinstance(statements, (str, bytes)) else ():  # type: ignore[attr-defined]
            if statement.measure == "count" and len(statement.levels) == 1 and statement.levels[0] not in found:
                found.append(statement.levels[0])
        if len(found) > 1:
            self.state.distribution = tuple(found)

    def finish(self, statements: Sequence[Statement]) -> None:
        """Gives undated mentions the period of the same statement elsewhere on the page."""
        dated: dict[tuple[object, ...], Statement] = {}
        for statement in statements:
            if statement.dated:
                dated.setdefault(self._same_key(statement), statement)
        for statement in statements:
            model = dated.get(self._same_key(statement))
            if not statement.dated and model is not None and "period_assumed" in statement.flags:
                statement.first, statement.last = model.first, model.last
                statement.flags.discard("period_assumed")

    def _same_key(self, statement: Statement) -> tuple[object, ...]:
        return (statement.subject, statement.indicator, statement.measure, statement.value, statement.levels)
