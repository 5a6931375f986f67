"""Statements about ratings: levels, totals, shares, their bases and scales.

Belongs here: turning slots with a level, or beside one, into statements. Does not belong here: other indicators
(counting), arithmetic.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpi_pipeline.extraction.carry import (
    PEOPLE,
    is_annual,
    is_target,
    own_period,
    resolve_subject,
    year_of,
)
from kpi_pipeline.extraction.clauses import Level, Sentence, Subject
from kpi_pipeline.extraction.dating import Dater
from kpi_pipeline.extraction.mask import Figure
from kpi_pipeline.extraction.slots import Slot, leads_count, names_plan
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.reference.codes import CLEAN_STRONG, LEVELS, NOT_ASSESSED, STUDY_RESULT, TASK_COMPLETION, join_levels

_GRADES = {
    "excellent": "excellent", "good": "good", "grade_good": "good", "grade_fair": "fair",
    "grade_average": "average", "grade_poor": "poor", "weak": "poor",
}  # fmt: skip
_OLD_ONLY = frozenset(("exemplary", "clean_strong", "weak"))


class RatingReader(Dater):
    """Reads the numbers of ratings."""

    def _scale_of(self, tokens: Sequence[Token], slots: Sequence[Slot]) -> str:
        """The rating scale a sentence is on, by its levels; empty where it does not tell."""
        codes = {
            level
            for slot in slots
            if isinstance(slot.topic, Level) and slot.topic.full and not slot.zero
            for level in slot.topic.levels
        }
        if any(token.kind == "scale" and token.code == STUDY_RESULT for token in tokens):
            return STUDY_RESULT
        if codes & {"grade_good", "grade_fair"} and self.state.study:
            return STUDY_RESULT
        return CLEAN_STRONG if codes & _OLD_ONLY else ""

    def _assessed_at_all(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "100% chi bộ được đánh giá, xếp loại": how many were rated at all."""
        return slot.after < len(tokens) and tokens[slot.after].kind == "assess"

    def _part_assessed(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        if not subject:
            slot.reason = "no_subject"
            return None
        statement = self._new(number, sentence, slot, TASK_COMPLETION, "share", subject)
        statement.base, statement.reading = "all", "part_assessed"
        self._when(sentence.tokens, slot, statement)
        return statement

    def _by_day(self, statement: Statement) -> str:
        """The day of publication where a result names no year at all; empty for a target."""
        return (self.state.day or "") if statement.modality == "actual" else ""

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
        if not topic.full and not slot.percent and slot.unit is None and slot.side == "right":
            before = tokens[slot.index - 1].kind if slot.index else ""
            if before in ("subject", "unit"):
                slot.reason = "slogan"
                return None
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
        if subject == "other" and slot.unit is not None and self._managed(sentence):
            subject = "leadership_collective" if slot.unit.code == "collective" else "leader"
        statement = self._new(number, sentence, slot, TASK_COMPLETION, "share" if slot.percent else "count", subject)
        statement.reading = slot.reading or ("zero" if slot.zero else f"level_{slot.side}")
        self._when(tokens, slot, statement)
        ranged = isinstance(slot.figure, Figure) and slot.figure.ends_range == "high"
        if statement.comparator == "le" and statement.modality == "actual" and not ranged:
            slot.reason = "threshold"
            return None
        if scale == STUDY_RESULT and not topic.full:
            statement.indicator = STUDY_RESULT
            statement.levels = tuple(_GRADES[level] for level in levels if level in _GRADES)
        else:
            if any(level.startswith("grade_") for level in levels):
                slot.reason = "other_indicator"
                return None
            statement.indicator = self._rating_scale(subject, levels, scale, statement.last or self._by_day(statement))
            statement.levels = self._with_better(levels, topic.above, statement.indicator)
        statement.above = topic.above
        self._within(tokens, slot, slots, made, statement)
        self._base_words(tokens, slot, statement)
        if slot.percent and isinstance(slot.unit, Subject):
            for other in slot.unit.also:
                self.statements.append(replace(statement, subject=other, reading="joined_subjects", flags=set()))
        return statement

    def _managed(self, sentence: Sentence) -> bool:
        """Whether the sentence speaks of those a committee manages ("tập thể, cá nhân diện ... quản lý")."""
        words = self.page.folded[sentence.start : sentence.end]
        return "diện" in words and "quản lý" in words

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
        self,
        tokens: Sequence[Token],
        slot: Slot,
        slots: Sequence[Slot],
        made: dict[int, Statement],
        statement: Statement,
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
        if not before and place <= 1:
            before = [item for item in self.statements[-4:] if 0 < statement.sentence - item.sentence <= 1]
        for parent in reversed(before):
            if parent.owner is None and parent.subject == statement.subject and parent.measure in ("count", "share"):
                opens = first is slot or (first is not None and first.like is slot)
                if opens or set(statement.levels) < set(parent.levels):
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
                among = "tổng" in words or token is tokens[slot.index + 1]
                if among and statement.indicator == "party_members_admitted":
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
            own = token is slot.topic and slot.reading != "share_again"
            if isinstance(token, Level) and not own and any(i.kind in ("word", "among") for i in before[:place]):
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
        statement.levels, statement.above, statement.subset = owner.levels, owner.above, owner.subset
        statement.first, statement.last, statement.annual = owner.first, owner.last, owner.annual
        statement.modality, statement.dated = owner.modality, owner.dated
        statement.owner = owner if owner.measure != "share" else owner.owner
        quote = self.page.text[slot.figure.start : slot.figure.end]
        statement.reading = f"{slot.reading}|{quote}"
        if slot.in_paren and self._lists_plan(tokens, slot):
            slot.reason = "ambiguous"
            return None
        if slot.in_paren and self._says_plan(tokens, slot):
            statement.modality, statement.owner = "target", None
        period = own_period(tokens, slot, False) if slot.in_paren else None
        if period is not None and slot.zone[0] <= tokens.index(period):
            statement.first, statement.last = year_of(period, self._year_state(owner), True)
            statement.owner = None
        if owner.measure == "total":
            statement.levels, statement.base = (), "all"
        self._base_words(tokens, slot, statement)
        return statement

    def _lists_plan(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "vượt chỉ tiêu nghị quyết (90% và 92%)": several targets in brackets, whose each is nobody says."""
        opening = next((place for place in range(slot.index - 1, 0, -1) if tokens[place].kind == "("), 0)
        closing = next((place for place in range(slot.index, len(tokens)) if tokens[place].kind == ")"), slot.index)
        numbers = sum(token.kind == "number" for token in tokens[opening:closing])
        return opening > 0 and tokens[opening - 1].kind in ("planref", "planpart", "target") and numbers > 1

    def _says_plan(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Whether the words that lead to a number in brackets name a target or the resolution that sets it."""
        before = tokens[slot.zone[0] : slot.index]
        opening = next((place for place in range(len(before) - 1, -1, -1) if before[place].kind == "("), 0)
        if any(token.kind == "target" for token in before):
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
        if slot.reading == "target_beside" or is_target(tokens, slot, self.state, False):
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
        """ "các tỷ lệ tương ứng là ..." with no levels: those of the distribution before, in its order."""
        _, place, length = slot.reading.split(":")
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        if len(self.state.distribution) != int(length) or not subject:
            slot.reason = "ambiguous"
            return None
        levels = (self.state.distribution[int(place)],)
        statement = self._new(number, sentence, slot, TASK_COMPLETION, "share" if slot.percent else "count", subject)
        self._when(sentence.tokens, slot, statement)
        statement.indicator = self._rating_scale(subject, levels, "", statement.last or "")
        statement.levels, statement.reading = levels, "respectively"
        return statement

    def _is_total(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> bool:
        if slot.percent or slot.zero or slot.in_paren or slot.stranger:
            return False
        if isinstance(slot.topic, Level) and slot.side == "right":
            return False
        index = slot.index - 1
        while index >= 0 and tokens[index].kind in ("before", "filler"):
            index -= 1
        lead = tokens[index] if index >= 0 else None
        if lead is not None and lead.kind == "have" and index and tokens[index - 1].kind == "among":
            lead = tokens[index - 1]
        rated_later = any(isinstance(token, Level) for token in tokens[slot.index :])
        if rated_later and self._parted(tokens, slot):
            slot.notes.append("listed")
            return True
        ratio = isinstance(slot.figure, Figure) and slot.figure.total is not None
        loose = slot.unit is None or slot.unit.kind == "unit"
        if loose and not ratio and leads_count(tokens, slot.index) == "link" and self._number_of(tokens, slot):
            zone = tokens[slot.zone[0] : slot.index]
            kinds = {token.kind for token in zone}
            return "assess" in kinds and not any(isinstance(t, Level) for t in zone)
        if lead is not None and lead.kind == "period" and ratio and index and tokens[index - 1].kind == "assess":
            lead = tokens[index - 1]
        if lead is not None and lead.kind == "assess":
            return slot.unit is not None
        if lead is not None and lead.kind == "and" and slot.topic is None and self._total_before(tokens, slot, slots):
            return slot.unit is not None
        if lead is not None and lead.kind == ":" and rated_later and not ratio and self._listed(tokens, slot, index):
            slot.notes.append("listed")
            return True
        if lead is not None and lead.kind == "among" and slot.unit is not None and rated_later:
            return not ratio
        for token in tokens[slot.after : slot.zone[1]]:
            if token.kind == "assess":
                return slot.unit is not None
            if token.kind in (",", ";", "number", "indicator", "trap") or isinstance(token, Level):
                break
        return False

    def _parted(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "công chức là N người, trong đó ... hoàn thành tốt nhiệm vụ": a total, to be proved by arithmetic."""
        if slot.topic is not None or slot.unit is None or slot.unit.kind != "unit":
            return False
        return [token.kind for token in tokens[slot.after : slot.after + 2]] == [",", "within"]

    def _listed(self, tokens: Sequence[Token], slot: Slot, colon: int) -> bool:
        """ "Viên chức: 2.130 người; xuất sắc ...": a population before its distribution, to be proved by arithmetic."""
        named = any(token.kind == "subject" for token in tokens[slot.zone[0] : colon])
        return named and slot.topic is None and (slot.unit is None or slot.unit.kind in ("unit", "subject"))

    def _total_before(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> bool:
        """ "đánh giá chất lượng N tổ chức và M đảng viên": M is assessed as N is."""
        place = slots.index(slot)
        if not place or not self.statements or self.statements[-1].sentence != self._number:
            return False
        before = slots[place - 1]
        made = next((item for item in reversed(self.statements) if item.figure is before.figure), None)
        return made is not None and made.measure == "total" and before.unit is not None

    def _total(
        self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot], scale: str
    ) -> Statement | None:
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        if not subject:
            slot.reason = "no_subject"
            return None
        statement = self._new(number, sentence, slot, self._rating_scale(subject, (), scale, ""), "total", subject)
        statement.reading = "total"
        self._when(sentence.tokens, slot, statement)
        statement.indicator = self._rating_scale(subject, (), scale, statement.last or "")
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

    def _before(self, tokens: Sequence[Token], slot: Slot) -> list[Token]:
        found: list[Token] = []
        for index in range(slot.index - 1, -1, -1):
            found.append(tokens[index])
        return found

    def _trapped(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Whether a trap sets the topic: the nearest to the left in the segment, or named in the zone."""
        own_full = (
            isinstance(slot.topic, Level) and slot.topic.full and slot.unit is not None and slot.unit.kind == "subject"
        )
        parted = False
        for index in range(slot.index - 1, -1, -1):
            token = tokens[index]
            parted = parted or token.kind == "within"
            if parted and token.kind == "indicator" and token.code == "award":
                slot.reason = "other_indicator"
                return True
            if token.kind == "trap":
                slot.reason = token.code
                return not own_full or slot.zone[0] <= index
            if own_full and token.kind in (";", "assess"):
                break
            if isinstance(token, Level) and token.full:
                break
            if token.kind == "indicator":
                break
        return False
