"""Statements that repeat another: the share of a count, the same for another year, body or target.

Belongs here: what such a statement takes from its model, and the base of a share. Does not belong here: which number
is the model (share_links, coordination).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level
from kpi_pipeline.extraction.period import Period, report_year
from kpi_pipeline.extraction.plans import is_asked_aside
from kpi_pipeline.extraction.slots import WHOLE, Slot, names_plan
from kpi_pipeline.extraction.statement import Statement, with_better
from kpi_pipeline.extraction.subjects import resolve_subject
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.extraction.totals import TotalReader
from kpi_pipeline.extraction.when import is_annual, is_target, own_period, year_of
from kpi_pipeline.reference.codes import CLEAN_STRONG, LEVELS, TASK_COMPLETION, join_levels
from kpi_pipeline.reference.folding import fold

_AGAINST = fold("so với")
_TO_ASKED = frozenset(("planpart", "planref", "target", "versus", "link", "filler", "before"))
_ONE_YEAR = frozenset(("year", "last_year"))
_BOTH = re.compile(fold(r",? (?:[^,;:]{0,40} )?(?:cùng|đều)(?!\w)[^,;:]*$"))
"""What stands between two years and a number that is that of each."""
_TERM_BEFORE = tuple(map(fold, ("đầu nhiệm kỳ (", "nhiệm kỳ trước (")))
_DONE = tuple(map(fold, ("thực hiện", "ước thực hiện", "kết quả", "đạt")))


class ShareReader(TotalReader):
    """Reads shares and repeated statements."""

    def _is_decimal(self, slot: Slot) -> bool:
        """Whether a number is no count: it has decimals, be they zero ("5,0")."""
        figure = slot.figure
        digits = self.page.text[figure.start : figure.end]
        return slot.value != int(slot.value) or ("," in digits and digits[-1].isdecimal())

    def _lost_percent(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """A share whose sign was lost: "tỷ lệ" governs it and another share of the sentence carries the sign."""
        folded = self.page.folded
        rate = any(
            token.kind == "link"
            and ("tỷ lệ" in folded[token.start : token.end] or "tỉ lệ" in folded[token.start : token.end])
            for token in tokens[slot.zone[0] : slot.index]
        )
        signed = any(isinstance(token, Figure) and token.percent for token in tokens)
        if rate and signed and slot.value <= WHOLE:
            slot.percent = True
            slot.notes.append("percent_lost")
            return True
        return False

    def _of_plan(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "104% kế hoạch", "92% so với chỉ tiêu": how far a plan was fulfilled."""
        after = tokens[slot.index + 1 : slot.index + 3]
        while after and after[0].kind in ("filler", "versus"):
            after = after[1:]
        planned = bool(after) and (after[0].kind in ("planpart", "planref", "target"))
        return planned and not self._beside_asked(tokens, slot)

    def _beside_asked(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "... đạt 92,5% so với chỉ tiêu 90%": whether what was asked stands behind the share of a level."""
        behind = [token for token in tokens[slot.index + 1 : slot.index + 6] if token.kind not in _TO_ASKED]
        asked = behind[0] if behind else None
        rated = isinstance(slot.topic, Level) and slot.value <= WHOLE
        return (
            rated
            and isinstance(asked, Figure)
            and asked.percent
            and self.page.folded.find(_AGAINST, slot.figure.end, asked.start) >= 0
        )

    def _base_words(self, tokens: Sequence[Token], slot: Slot, statement: Statement) -> None:
        """Bases said in words after or before a percent."""
        if statement.measure != "share":
            return
        if slot.base:
            statement.base = slot.base
            return
        low, high = slot.zone
        among = False
        for token in tokens[slot.index + 1 : min(high, slot.index + 8)]:
            if token.kind in (",", ";", ")", "number", "and") or (token.kind == "(" and slot.share_of is None):
                break
            words = self.page.folded[token.start : token.end]
            if token.kind == "assess":
                statement.base, statement.based = "assessed", among
                return
            if token.kind == "base_all":
                statement.base, among = "all", True
            elif token.kind == "among":
                among = "tổng" in words or token is tokens[slot.index + 1]
                if among and statement.indicator == "party_members_admitted":
                    statement.base = "all"
            elif among and (words.startswith(("toàn ", "trong toàn ", "hiện ", "đầu ")) or words in ("hiện có",)):
                statement.base = "all"
            elif (
                isinstance(token, Level)
                and self._is_base_of(token, statement)
                and (token is not slot.topic or self._of_another(slot, token, statement))
            ):
                statement.base = join_levels(with_better(token.levels, token.above, statement.indicator))
                return
        if statement.base != "assessed":
            return
        if slot.share_of is None:
            return
        before = tokens[max(low, slot.index - 8) : slot.index]
        for place, token in enumerate(before):
            own = token is slot.topic and slot.reading != "share_again"
            based = isinstance(token, Level) and not own and self._is_base_of(token, statement)
            if isinstance(token, Level) and based and any(i.kind in ("word", "among") for i in before[:place]):
                statement.base = join_levels(token.levels)
                return
            if token.kind == "base_all":
                statement.base = "all"

    def _of_another(self, slot: Slot, level: Level, statement: Statement) -> bool:
        """ "12 xuất sắc, chiếm 20,7% (bằng 27,3% số hoàn thành tốt)": a linked share is of the levels behind it."""
        return slot.share_of is not None and not set(level.levels) & set(statement.levels)

    def _is_base_of(self, level: Level, statement: Statement) -> bool:
        """Whether levels are a part of the statement's own scale that its own levels can be a share of."""
        scale = LEVELS.get(statement.indicator, ())
        return level.full and set(level.levels) <= set(scale) and set(level.levels) != set(statement.levels)

    def _based(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Whether words around a share name the whole that it is a share of."""
        return any(token.kind in ("base_all", "among") for token in tokens[slot.zone[0] : slot.zone[1]])

    def _share(self, number: int, sentence: Sentence, slot: Slot, made: dict[int, Statement]) -> Statement | None:
        owner = made.get(slot.share_of.index) if slot.share_of is not None else None
        tokens = sentence.tokens
        if owner is None:
            slot.reason = (slot.share_of.reason if slot.share_of is not None else "") or "no_subject"
            return None
        after = tokens[slot.index + 1] if slot.index + 1 < len(tokens) else None
        planned = after is not None and after.kind in ("planpart", "planref")
        admitted = owner.indicator == "party_members_admitted"
        if planned or slot.value > 100 or (admitted and not self._based(tokens, slot)):
            slot.reason = "plan_ratio"
            return None
        if slot.comparator == "le" and owner.modality == "actual" and not self._ends_range(slot):
            slot.reason = "threshold"
            return None
        if owner.indicator in ("population", "award"):
            slot.reason = "other_indicator"
            return None
        statement = self._new(number, sentence, slot, owner.indicator, "share", owner.subject, owner)
        statement.levels, statement.above = owner.levels, owner.above
        statement.first, statement.last, statement.annual = owner.first, owner.last, owner.annual
        statement.modality, statement.dated = owner.modality, owner.dated
        statement.owner = owner if owner.measure != "share" else owner.owner
        quote = self.page.text[slot.figure.start : slot.figure.end]
        statement.reading = f"{slot.reading}|{quote}"
        if slot.in_paren and (self._lists_plan(tokens, slot) or self._then(slot)):
            slot.reason = "ambiguous"
            return None
        if slot.in_paren and statement.modality == "target" and self._says_result(tokens, slot):
            statement.modality, statement.owner = "actual", None
        elif slot.in_paren and self._says_plan(tokens, slot):
            statement.modality, statement.owner = "target", None
        period = own_period(tokens, slot, False) if slot.in_paren else None
        if period is not None:
            dated = year_of(period, self._year_state(owner), True)
            if slot.zone[0] <= tokens.index(period) or dated != (owner.first, owner.last):
                statement.first, statement.last, statement.owner = *dated, None
        if owner.measure == "total":
            statement.levels, statement.base = (), "all"
        self._base_words(tokens, slot, statement)
        bare = slot.in_paren and slot.index > 1 and tokens[slot.index - 2].kind == "number"
        if bare and owner.measure == "share" and self._says_other(statement, owner):
            slot.reason = "ambiguous"
            return None
        return statement

    def _says_other(self, again: Statement, told: Statement) -> bool:
        """ "65% (62%)": whether brackets give another value for the same thing, and nothing tells of what."""
        same = (again.first, again.last, again.modality, again.base) == (
            told.first,
            told.last,
            told.modality,
            told.base,
        )
        return same and again.value != told.value and again.comparator == told.comparator

    def _lists_plan(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "vượt chỉ tiêu nghị quyết (90% và 92%)": several targets in brackets, whose each is nobody says."""
        opening = next((place for place in range(slot.index - 1, 0, -1) if tokens[place].kind == "("), 0)
        closing = next((place for place in range(slot.index, len(tokens)) if tokens[place].kind == ")"), slot.index)
        numbers = sum(token.kind == "number" for token in tokens[opening:closing])
        return opening > 0 and tokens[opening - 1].kind in ("planref", "planpart", "target") and numbers > 1

    def _ends_range(self, slot: Slot) -> bool:
        """ "từ 85 - 90%": whether a share is the high end of a range, which says "at most" of the actual too."""
        return isinstance(slot.figure, Figure) and slot.figure.ends_range == "high"

    def _then(self, slot: Slot) -> bool:
        """ "tăng 5% so với đầu nhiệm kỳ (88%)": a share of a time that no year tells."""
        return self.page.folded.endswith(_TERM_BEFORE, 0, slot.figure.start)

    def _says_result(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "chỉ tiêu 90% (kết quả đạt 92%)", "(năm 2021 đạt 92%)": what the brackets hold is the result."""
        for index in range(slot.index - 1, -1, -1):
            if tokens[index].kind == "(":
                said = any(self.page.folded.startswith(_DONE, token.start) for token in tokens[index + 1 : slot.index])
                return any(self._is_behind(token) for token in tokens[index + 1 : index + 2 + 2 * said])
            if tokens[index].kind in ("past", "reported"):
                return True
        return False

    def _is_behind(self, token: Token) -> bool:
        """Whether a token is a year that the page's day has reached ("năm 2021", never "đến năm 2021")."""
        if not isinstance(token, Period) or token.plan or self.page.folded.startswith("đến", token.start):
            return False
        reached = "" < token.last[:4] <= (self.state.day or "")[:4]
        return token.code == "last_year" or (token.code == "year" and reached)

    def _says_plan(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Whether the words that lead to a number in brackets name a target or the resolution that sets it."""
        before = tokens[slot.zone[0] : slot.index]
        opening = next((place for place in range(len(before) - 1, -1, -1) if before[place].kind == "("), 0)
        if any(token.kind == "target" for token in before) or is_asked_aside(self.page, tokens, slot):
            return True
        if slot.index > 1 and tokens[slot.index - 1].kind == "(" and tokens[slot.index - 2].kind == "planref":
            return True
        return bool(before) and names_plan(self.page.folded[before[opening].start : slot.figure.start])

    def _like(self, number: int, sentence: Sentence, slot: Slot, model: Statement | None) -> Statement | None:
        if model is None or (model.measure == "share") != slot.percent:
            slot.reason = "no_level"
            return None
        tokens = sentence.tokens
        statement = self._new(number, sentence, slot, model.indicator, model.measure, model.subject)
        statement.levels, statement.above, statement.base = model.levels, model.above, model.base
        statement.first, statement.last = model.first, model.last
        statement.annual, statement.modality = model.annual, model.modality
        statement.subset = statement.subset or model.subset
        statement.reading = slot.reading or "other_body"
        if slot.reading == "target_beside" or is_target(self.page, tokens, slot, self.state, False):
            statement.modality = "target"
            statement.annual = is_annual(tokens, self.kinds, slot, self.state, False) or (
                model.annual and model.modality == "target"
            )
        if slot.reading == "result_beside":
            self._as_result(statement, model)
        period = own_period(tokens, slot, statement.modality == "target")
        if period is not None:
            first, last = year_of(period, self._year_state(model), True)
            if first:
                statement.first, statement.last, statement.dated = first, last, True
                statement.annual = statement.annual and not (first == last and period.code in _ONE_YEAR)
                self._rescale(statement)
            past = self._is_ahead(model.first or "") and first[:4] < (self.state.day or "")[:4]
            if first and (past or self._on_the_way(tokens, slot, period)):
                statement.modality, statement.annual = "actual", False
        self._year_too(tokens, slot, statement)
        return statement

    def _year_too(self, tokens: Sequence[Token], slot: Slot, statement: Statement) -> None:
        """ "năm 2022 và 2023 cùng đạt 96,2%": states a number of the first of two years too."""
        place = next((at for at in range(slot.index - 1, 1, -1) if tokens[at].kind == "period"), 0)
        year, other = tokens[place], tokens[place - 2] if place > 1 else None
        if not isinstance(year, Period) or not isinstance(other, Period) or tokens[place - 1].kind not in ("and", ","):
            return
        if year.versus or other.versus:
            return
        both = _BOTH.match(self.page.folded, year.end, slot.figure.start) is not None
        if both and year.code == other.code == "year" and year.first == statement.first != other.first:
            twin = replace(statement, first=other.first, last=other.first, reading="each_year", flags=set())
            self.statements.append(twin)

    def _as_result(self, statement: Statement, plan: Statement) -> None:
        """The result of a plan; of a year that nobody names, both are of the one that is reported on."""
        statement.modality, statement.annual, plan.modality = "actual", False, "target"
        if not plan.dated and self.state.day and plan.first == plan.last == self.state.day[:4]:
            plan.first = plan.last = statement.first = statement.last = report_year(self.state.day)

    def _rescale(self, statement: Statement) -> None:
        """ "hoàn thành tốt nhiệm vụ trở lên" of a party body is on the scale since 2018 in a year that has it."""
        if statement.above and "good" in statement.levels and statement.indicator == CLEAN_STRONG:
            statement.indicator = self._rating_scale(
                statement.subject, ("good",), CLEAN_STRONG, statement.last or "", statement.first or ""
            )
            if statement.indicator == TASK_COMPLETION:
                statement.levels = ("excellent", "good")

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
