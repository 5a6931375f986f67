"""Statements about everything but ratings: admissions, awards, inspections, studies, titles, populations.

Belongs here: turning slots with such a verb, or with none, into statements. Does not belong here: ratings.
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level, Subject
from kpi_pipeline.extraction.rating import RatingReader
from kpi_pipeline.extraction.slots import Slot, leads_count
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.subjects import resolve_subject
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.reference.folding import fold

_COUNTABLE = frozenset(("study_participation", "inspection", "emulation_title"))
_AFTER_POPULATION = frozenset(
    (",", ";", ")", "(", "and", "scope", "period", "have", "within", "rest", "orgname", "-", "|")
)
_NO_POPULATION = frozenset(("leader", "leadership_collective", "civil_servant"))
_GIVEN = tuple(map(fold, ("đã ", "đã tặng ", "đã trao tặng ")))
_AT_REQUEST = (fold("theo "), fold("cơ sở "))
_ENDS_PROPOSAL = frozenset((",", ";", ":", "(", ")", "indicator", "level"))
_PROPOSED = re.compile(fold(r"(?<!theo )(?<!\w)(?:đề nghị|đề xuất|trình|kiến nghị|xem xét)(?!\w)"))
_RATING_WORDS = re.compile(fold("đánh giá|xếp loại|phân loại"))
NEW_MEMBERS = "đảng viên mới"
_LIVING = ("sinh hoạt", "trực thuộc", "đang sinh hoạt", "trong toàn", "ở", "tại", "thuộc")


class CountReader(RatingReader):
    """Reads the numbers of the other indicators."""

    def _indicator(
        self,
        number: int,
        sentence: Sentence,
        slot: Slot,
        slots: Sequence[Slot],
        made: dict[int, Statement],
        topic: Token,
    ) -> Statement | None:
        tokens = sentence.tokens
        code = topic.code
        if slot.stranger and not slot.percent:
            slot.reason = "other_indicator"
            return None
        if self._trapped(tokens, slot):
            return None
        if slot.stranger and slot.side == "right":
            return self._none(slot)
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
        if code == "award" and (slot.percent or self._only_proposed(tokens, slot, topic)):
            return self._none(slot)
        if (
            code == "inspection"
            and subject not in ("party_member",)
            and not subject.endswith(("organisation", "committee", "cell"))
        ):
            return self._none(slot)
        if (
            code == "study_participation"
            and slot.side == "left"
            and not slot.percent
            and not self._studied(tokens, slot)
        ):
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
            twin.take_body(statement)
            self.statements.append(twin)
        return statement

    def _only_proposed(self, tokens: Sequence[Token], slot: Slot, topic: Token) -> bool:
        """ "đề nghị khen thưởng 30 đảng viên": whom somebody proposes is not rewarded yet, unless "đã tặng" follows."""
        if self.page.folded.endswith(_GIVEN, 0, topic.start):
            return False
        place = next((index for index, token in enumerate(tokens) if token is topic), 0) - 1
        while place >= 0 and tokens[place].kind not in _ENDS_PROPOSAL:
            if tokens[place].kind == "word" and _PROPOSED.search(tokens[place].code):
                return not self.page.folded.endswith(_AT_REQUEST, 0, tokens[place].start)
            place -= 1
        return False

    def _studied(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Those who took part follow directly: no predicate of their own after the subject."""
        for token in tokens[slot.after : slot.zone[1]]:
            if token.kind in (",", ";", "and", "(", ".", "scope", "period"):
                return True
            if token.kind in ("word", "trap"):
                return False
        return True

    def _none(self, slot: Slot) -> Statement | None:
        slot.reason = slot.reason or "other_indicator"
        return None

    def _new_members(self, slot: Slot) -> bool:
        """ "N đảng viên mới": new members are members admitted."""
        unit = slot.unit
        return unit is not None and self.page.folded[unit.start : unit.end] == NEW_MEMBERS

    def _population(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """ "có N tổ chức cơ sở đảng", "số đảng viên là N": how many there are, with no predicate after them."""
        tokens = sentence.tokens
        figure = slot.figure
        if self._heads_parts(tokens, slot):
            whole = self._whole_of_parts(number, sentence, slot, slots)
            if whole is not None:
                return whole
        slot.reason = "no_level" if slot.unit is not None else "no_subject"
        if slot.percent or slot.zero or slot.stranger or (isinstance(figure, Figure) and figure.total is not None):
            return None
        unit = slot.unit
        lead = leads_count(tokens, slot.index)
        if unit is None and (lead not in ("link", "becomes") or not self._number_of(tokens, slot)):
            return None
        if unit is not None and unit.kind != "subject":
            grown = unit.code in ("person", "party_committee", "party_body") and lead == "becomes"
            if not grown and not (unit.code == "party_committee" and self._in_list(slot, slots)):
                return None
        if not lead and not self._in_list(slot, slots):
            return None
        if slot.in_paren and lead == "becomes" and any(isinstance(token, Level) for token in tokens[: slot.index]):
            return None
        if lead == "link" and any(token.kind == "assess" for token in tokens[slot.zone[0] : slot.index]):
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

    def _heads_parts(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Whether two levels or more are counted behind a number that stands with none itself."""
        if slot.percent or slot.zero or slot.stranger or slot.in_paren or slot.unit is None or slot.topic is not None:
            return False
        if isinstance(slot.figure, Figure) and slot.figure.total is not None:
            return False
        return sum(isinstance(token, Level) for token in tokens[slot.after :]) > 1

    def _whole_of_parts(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """ "đối với 72 cá nhân: 14 xuất sắc, 58 tốt": a total of those no population is kept of, to be proved."""
        statement = self._total(number, sentence, slot, slots, "")
        if statement is None:
            return None
        if statement.subject == "other" and slot.unit is not None:
            statement.subject = "leadership_collective" if slot.unit.code == "collective" else "leader"
        zone, before = sentence.tokens[slot.zone[0] : slot.index], sentence.tokens[: slot.zone[0]]
        rated = any(token.kind == "assess" for token in zone) or any(map(self._rated_result, (*before, *zone)))
        if statement.subject not in _NO_POPULATION and not rated:
            return None
        statement.flags.add("listed")
        return statement

    def _rated_result(self, token: Token) -> bool:
        """ "kết quả xếp loại của 78 xã": the result that words tell is one of a rating."""
        return token.kind == "past" and _RATING_WORDS.search(self.page.folded, token.start, token.end) is not None

    def _in_list(self, slot: Slot, slots: Sequence[Slot]) -> bool:
        place = slots.index(slot) if slot in slots else 0
        if not place:
            return False
        before = slots[place - 1]
        made = self.statements[-1] if self.statements else None
        return made is not None and made.figure is before.figure and made.indicator == "population"

    def _second_number(self, statement: Statement, slot: Slot, figure: Figure, tokens: Sequence[Token]) -> None:
        """The second number of a ratio: a total, or the target of an achievement."""
        twin = Statement(
            figure=figure, value=figure.value, indicator=statement.indicator, measure="total",
            subject=statement.subject, subset=statement.subset,
            sentence=statement.sentence, line=statement.line, segment=statement.segment,
            first=statement.first, last=statement.last, annual=statement.annual, modality=statement.modality,
            scope=statement.scope, unit_name=statement.unit_name, province=statement.province,
            evidence=statement.evidence, reading="ratio",
        )  # fmt: skip
        if statement.measure == "total":
            twin.indicator, twin.measure, twin.reading = "population", "count", "of_all"
            twin.first, twin.annual = twin.last, False
            self.statements.append(twin)
            return
        if statement.indicator in ("party_members_admitted", "population", "award"):
            planned = any(token.kind in ("planref", "planpart", "target") for token in tokens)
            if statement.indicator != "party_members_admitted" or not planned:
                self.reasons[figure.start] = "ambiguous"
                return
            twin.measure, twin.modality = "count", "target"
        statement.total = twin
        self.statements.append(twin)
