"""Statements that repeat another: the share of a count, the same for another year, body or target.

Belongs here: what such a statement takes from its model, and the base of a share. Does not belong here: which number
is the model (share_links, coordination).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi_pipeline.extraction.bodies import BARE
from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level
from kpi_pipeline.extraction.period import Period, report_year
from kpi_pipeline.extraction.slots import Slot, names_plan
from kpi_pipeline.extraction.statement import Statement, with_better
from kpi_pipeline.extraction.subjects import resolve_subject
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.extraction.totals import TotalReader
from kpi_pipeline.extraction.when import is_annual, is_target, own_period, year_of
from kpi_pipeline.reference.codes import CLEAN_STRONG, LEVELS, TASK_COMPLETION, join_levels
from kpi_pipeline.reference.folding import fold

_NEAR = 12
_OF_THESE = frozenset(("period", "subject", "link", "filler", "respectively", "number", "and", ",", "before"))
_OF_THESE_WORDS = frozenset(map(fold, ("này", "đó", "ấy", "con", "trước đó", "hai", "nâng", "đưa")))
_LEADS_AGAIN = frozenset(("period", "link", "filler", "before", ",", "becomes", "target"))
_SAME_SHARES = re.compile(fold(r"(?:tỷ|tỉ) lệ (?:này|đó|ấy|trên)(?!\w)|con số (?:này|đó|ấy)(?!\w)"))
_THESE_TARGETS = re.compile(fold(r"chỉ tiêu (?:này|đó)$"))
_OTHER_SHARE = re.compile(fold(r"(?:tỷ|tỉ) lệ|con số|(?<!\w)mức(?!\w)"))
_ENDS_AT_LEVEL = re.compile(fold(r"(?:[^,;:()]*?(?:nhiệm vụ|vững mạnh)(?: trở lên)?)?[\s.]*"))
_TASK = fold("nhiệm vụ")
_BOTH = re.compile(fold(r",? (?:[^,;:]{0,40} )?(?:cùng|đều)(?!\w)[^,;:]*$"))
"""What stands between two years and a number that is that of each."""
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
        if rate and signed and slot.value <= 100:
            slot.percent = True
            slot.notes.append("percent_lost")
            return True
        return False

    def _of_plan(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "104% kế hoạch", "92% so với chỉ tiêu": how far a plan was fulfilled."""
        after = tokens[slot.index + 1 : slot.index + 3]
        while after and after[0].kind in ("filler", "versus"):
            after = after[1:]
        return bool(after) and (after[0].kind in ("planpart", "planref", "target"))

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
        if slot.in_paren and self._lists_plan(tokens, slot):
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
        if any(token.kind == "target" for token in before):
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

    def _as_before(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """ "các tỷ lệ tương ứng là ..." with no levels: those of the distribution before, in its order."""
        _, place, length = slot.reading.split(":")
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        met = any(map(self._of_targets, sentence.tokens))
        if met or _SAME_SHARES.search(self.page.folded, sentence.start, slot.figure.start):
            told = self._shares_before(number, int(length))
            if told and (self._met(told) if met else self._repeats(sentence.tokens, told)):
                return self._again(number, sentence, slot, told[int(place)])
            slot.reason = "ambiguous"
            return None
        indicator, levels = self.state.distribution
        if len(levels) != int(length) or not subject:
            slot.reason = "ambiguous"
            return None
        statement = self._new(number, sentence, slot, indicator, "share" if slot.percent else "count", subject)
        self._when(sentence.tokens, slot, statement)
        statement.levels, statement.reading = (levels[int(place)],), "respectively"
        return statement

    def _shares_before(self, number: int, length: int) -> list[Statement]:
        """The shares of a level in the sentence right before, without breakdowns; empty unless `length`."""
        near = [item for item in self.statements[-_NEAR:] if item.sentence == number - 1 and item.measure == "share"]
        told = [item for item in near if item.levels and not item.within]
        return told if len(told) == length else []

    def _of_targets(self, token: Token) -> bool:
        """ "Các chỉ tiêu này đạt ...": words for targets told before, so what follows is their result."""
        return token.kind == "past" and _THESE_TARGETS.search(self.page.folded, token.start, token.end) is not None

    def _met(self, told: Sequence[Statement]) -> bool:
        """Whether shares are targets for one year that the page's day has reached."""
        years = {(item.first, item.last, item.modality) for item in told}
        first, last, modality = years.pop()
        return not years and modality == "target" and first == last and "" < (last or "") <= (self.state.day or "~")

    def _repeats(self, tokens: Sequence[Token], told: Sequence[Statement]) -> bool:
        """Whether a sentence names one year or one subject for all shares told and nothing else: no body, no change."""
        if any(
            token.kind not in _OF_THESE
            and not (token.kind == "word" and self.page.folded[token.start : token.end] in _OF_THESE_WORDS)
            for token in tokens
        ):
            return False
        years = sum(token.kind == "period" for token in tokens)
        subjects = sum(token.kind == "subject" for token in tokens)
        one_year = len({(item.first, item.last) for item in told}) == 1
        one_subject = len({item.subject for item in told}) == 1
        return years + subjects > 0 and years <= one_year and subjects <= one_subject

    def _again(self, number: int, sentence: Sentence, slot: Slot, model: Statement) -> Statement:
        """ "Các tỷ lệ này lần lượt là a và b": what the sentence before stated, of the subject and year named here."""
        named = {token.code for token in sentence.tokens if token.kind == "subject"}
        subject = named.pop() if len(named) == 1 else model.subject
        statement = self._new(number, sentence, slot, model.indicator, "share", subject)
        statement.levels, statement.above, statement.reading = model.levels, model.above, "respectively"
        statement.first, statement.last, statement.annual = model.first, model.last, model.annual
        statement.modality = model.modality
        if any(map(self._of_targets, sentence.tokens)):
            statement.modality, statement.annual = "actual", False
        if any(token.kind == "period" for token in sentence.tokens[: slot.index]):
            self._when(sentence.tokens, slot, statement)
        return statement

    def _same_share(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """ "Năm 2022, tỷ lệ này là 93%": the one share of the sentence before, in a year named here; else None.

        Nothing but the year, "this share" and a link may stand before the number, and no other number behind the one
        that is meant. The sentence before ends with the level of its share. "Kết quả: năm 2022 đạt 93%" tells what
        became of a target that holds for the year.
        """
        told = sentence.tokens[: slot.index]
        results = [token.kind for token in told[:2]] == ["past", ":"]
        again = results or _SAME_SHARES.search(self.page.folded, sentence.start, slot.figure.start)
        if slot is not slots[0] or not again:
            return None
        made = [item for item in self.statements[-_NEAR:] if item.sentence == number - 1 and item.measure == "share"]
        model = made[0] if len(made) == 1 else None
        if model is None or not model.levels or (model.modality == "target") != results or model.base != "assessed":
            return None
        if any(model.figure.start < start < sentence.start for start in self.reasons) or model.subset is not None:
            return None
        told_last = self.page.folded[model.figure.end : sentence.start]
        if _OTHER_SHARE.search(told_last) or not _ENDS_AT_LEVEL.fullmatch(told_last) or told_last.count(_TASK) > 1:
            return None
        known = self.state.any_scope()
        if (known.name if known is not None else None) != model.unit_name or not all(
            map(self._says_again, told[2 * results :])
        ):
            return None
        statement = self._again(number, sentence, slot, model)
        statement.reading, statement.subject = "other_period", model.subject
        dated = statement.dated and (statement.first, statement.last) != (model.first, model.last)
        low, high = model.first or "~", model.last or ""
        if results and not low <= (statement.first or "") <= (statement.last or "~") <= high:
            return None
        wanted = "target" if any(token.kind == "target" for token in told) else "actual"
        return statement if dated and statement.modality == wanted else None

    def _says_again(self, token: Token) -> bool:
        """Whether a token only leads to a share that was stated before for another year, or is wanted in one."""
        words = self.page.folded[token.start : token.end]
        return token.kind in _LEADS_AGAIN or words in (_OF_THESE_WORDS if token.kind == "word" else BARE)
