"""Statements about how many were assessed: totals and the share assessed at all.

Belongs here: telling a total from a count, and the scale a rating is on. Does not belong here: levels (rating).
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.dating import Dater
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import PEOPLE, Level, counts_same
from kpi_pipeline.extraction.other_matters import rates_another, says_own_level
from kpi_pipeline.extraction.slots import Slot, leads_count, part_of
from kpi_pipeline.extraction.statement import NEW_SCALE, Statement
from kpi_pipeline.extraction.subjects import PARTY, resolve_subject
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.reference.codes import CLEAN_STRONG, STUDY_RESULT, TASK_COMPLETION
from kpi_pipeline.reference.folding import fold

_BACK = (" đó", " này", " nói trên", " trên,")
_OLD_ONLY = frozenset(("exemplary", "clean_strong", "weak"))
_NEW_ONLY = frozenset(("excellent", "not_completed"))
_VERB = ("subject", "assess")
_NO_HOW = tuple(map(fold, ("chất lượng", "thì", "chính quyền", "mức độ")))
_BEHIND_VERB = frozenset(("assess", "link", "filler", ",", "before"))
_RATED_THING = frozenset(map(fold, ("chất lượng", "mức độ")))
_LOOKED = fold("kiểm điểm")
_RATES = re.compile(fold("đánh giá|xếp loại|phân loại"))
_TOWARDS = fold("đối với")
_INSPECTS = re.compile(fold(r"(?:(?:kiểm tra|giám sát)(?:,| và)?|(?<!\w)(?:tự|đề nghị)) $"))
_EVERY = (fold(" cứ "), fold("cứ mỗi "))
_AMONG = tuple(map(fold, ("trong", "với", "trên", "đối với")))
_ASKED_FOR = re.compile(
    fold(r"(?<!\w)(?:tự|(?:hoàn thành|xong) việc|đề nghị|đề xuất|hồ sơ|báo cáo(?: kết quả)?|chờ(?: \w+){0,4}) $")
)
_CONSISTS = (fold("gồm"), fold("bao gồm"))
_NEAR_VERB = 16
_IF_SO = fold("thì")
_THEN = ([_IF_SO], [_IF_SO, "have"])
_TOWARDS_THEN = ([","], [",", "have"], [":"], [":", "have"])
_OPENS_WHOLE = frozenset(("have", "among", ",", ";", ":", "period"))
_OTHER_THAN_RATED = frozenset(("indicator", "trap", "change"))
_OF_RATING = tuple(
    map(fold, ("chất lượng", "mức độ", "cuối năm", "quy định", "nghị định", "hướng dẫn", "vẫn", "cũng", "chỉ", "đều",
               "hiện"))
)  # fmt: skip
_TAKEN_OF = tuple(map(fold, ("tính trên tổng số ", "tính trên số ", "trên tổng số ")))
_BASE_KINDS = frozenset(("among", "base_all", "filler", "subject", "unit", "assess", "link"))


class TotalReader(Dater):
    """Reads the totals of ratings."""

    def _scales_of(self, tokens: Sequence[Token], slots: Sequence[Slot]) -> dict[int, str]:
        """The rating scale of each segment of a sentence by its own levels, else by those of the whole sentence."""
        if "level" not in self.kinds and "scale" not in self.kinds:
            return dict.fromkeys([slot.segment for slot in slots], "")
        whole = self._scale_of(tokens, slots)
        if whole != CLEAN_STRONG or slots[0].segment == slots[-1].segment:
            return {slot.segment: whole for slot in slots}
        return {
            segment: self._scale_of(tokens, [slot for slot in slots if slot.segment == segment]) or whole
            for segment in {slot.segment: None for slot in slots}
        }

    def _scale_of(self, tokens: Sequence[Token], slots: Sequence[Slot]) -> str:
        """The rating scale some numbers of a sentence are on, by their levels; empty where they do not tell."""
        codes: set[str] = set()
        for slot in slots:
            topic = slot.topic
            if isinstance(topic, Level) and topic.full and not slot.zero:
                codes.update(topic.levels)
        if "scale" in self.kinds and any(token.code == STUDY_RESULT for token in tokens if token.kind == "scale"):
            return STUDY_RESULT
        if not codes:
            return ""
        if codes & {"grade_good", "grade_fair"} and self.state.study:
            return STUDY_RESULT
        if codes & _OLD_ONLY:
            return CLEAN_STRONG
        return TASK_COMPLETION if codes & _NEW_ONLY and not self._of_people(tokens) else ""

    def _of_people(self, tokens: Sequence[Token]) -> bool:
        """Whether people are named, to whom a level of the scale since 2018 alone ("xuất sắc") may belong."""
        return any(token.kind == "subject" and token.code in PEOPLE for token in tokens)

    def _rating_scale(self, subject: str, levels: Sequence[str], scale: str, last: str, first: str = "") -> str:
        if scale == STUDY_RESULT:
            return STUDY_RESULT
        if set(levels) & _OLD_ONLY:
            return CLEAN_STRONG
        if subject in PEOPLE or "excellent" in levels or "not_completed" in levels:
            return TASK_COMPLETION
        if scale and not (levels and subject in PARTY and first[:4] >= NEW_SCALE):
            return scale
        party = subject.startswith("grassroots_party") or subject == "subordinate_party_cell"
        if party and levels and "" < last[:4] <= "2017" and not any(s in ("excellent",) for s in levels):
            return CLEAN_STRONG
        return TASK_COMPLETION

    def _by_day(self, statement: Statement) -> str:
        """The day of publication where a result names no year at all; empty for a target."""
        return (self.state.day or "") if statement.modality == "actual" else ""

    def _assessed_at_all(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "100% chi bộ được đánh giá, xếp loại", "tỷ lệ chi bộ được xếp loại đạt 98%": how many were rated at all."""
        if slot.unit is None:
            zone = tokens[slot.zone[0] : slot.index]
            return not slot.stranger and leads_count(tokens, slot.index) == "link" and self._rated_subject(zone)
        verb = self._verb_of_list(tokens, slot)
        return verb > 0 and not self._rated_so(tokens, verb)

    def _verb_of_list(self, tokens: Sequence[Token], slot: Slot) -> int:
        """ "98% chi bộ và 95% đảng viên được xếp loại": where the verb behind a list of shares stands; 0: nowhere."""
        place = slot.after
        while [token.kind for token in tokens[place + 1 : place + 3]] == ["number", "subject"]:
            figure = tokens[place + 1]
            if tokens[place].kind not in (",", "and") or not (isinstance(figure, Figure) and figure.percent):
                return 0
            place += 3
        return place if place < len(tokens) and tokens[place].kind == "assess" else 0

    def _rated_so(self, tokens: Sequence[Token], verb: int) -> bool:
        """ "được đánh giá hài lòng", "... đúng hạn": words right behind the verb say how, so it is no rating at all."""
        place = verb + 1
        while place < len(tokens) and tokens[place].kind in ("assess", "filler", "link"):
            place += 1
        how = tokens[place] if place < len(tokens) else None
        return how is not None and how.kind == "word" and not self.page.folded.startswith(_NO_HOW, how.start)

    def _part_assessed(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        if not subject:
            slot.reason = "no_subject"
            return None
        statement = self._new(number, sentence, slot, TASK_COMPLETION, "share", subject)
        statement.base, statement.reading = "all", "part_assessed"
        self._when(sentence.tokens, slot, statement)
        return statement

    def _is_total(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> bool:
        """Whether a number says how many were rated, by a rating of ours."""
        if not self._counts_rated(tokens, slot, slots):
            return False
        levels = [token for token in tokens if token.kind == "level"] if "level" in self.kinds else []
        own = any(says_own_level(self.page, level) for level in levels)
        return own or not rates_another(self.page, slot.figure.start)

    def _counts_rated(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> bool:
        if slot.percent or slot.zero or slot.stranger or self.page.folded.endswith(_EVERY, 0, slot.figure.start):
            return False
        if slot.in_paren:
            return self._rated_aside(tokens, slot) or self._taken_of(slot)
        if self._base_counted(tokens, slot, slots):
            return True
        if slot.role == "denominator":
            return True
        if isinstance(slot.topic, Level) and slot.side == "right":
            return False
        index = slot.index - 1
        while index >= 0 and tokens[index].kind in ("before", "filler"):
            index -= 1
        lead = tokens[index] if index >= 0 else None
        if lead is not None and lead.kind == "have" and index and tokens[index - 1].kind == "among":
            lead = tokens[index - 1]
        rated_later = "level" in self.kinds and any(isinstance(token, Level) for token in tokens[slot.index :])
        ratio = isinstance(slot.figure, Figure) and slot.figure.total is not None
        loose = slot.unit is None or slot.unit.kind == "unit"
        zone = part_of(tokens[slot.zone[0] : slot.index])
        if leads_count(tokens, slot.index) == "link" or (lead is not None and lead.kind == ":"):
            rated = self._rated_at_all(zone)
            if loose and (rated or not ratio) and self._number_of(tokens, slot):
                return rated
            if not loose and rated and self._says_number(zone) and (not ratio or self._names_again(zone, slot)):
                return True
            if loose and slot.unit is not None and rated and self._rated_subject(zone):
                return True
            if loose and not ratio and rated and self._says_number(zone) and self.state.subject:
                return not any(token.kind == "subject" for token in zone)
        if rated_later and self._parted(tokens, slot):
            slot.notes.append("listed")
            return True
        towards = self.page.folded.startswith(_TOWARDS, tokens[slot.index - 1].start)
        dated = lead is not None and lead.kind == "period" and (ratio or towards)
        if towards and slot.unit is not None and slot.unit.kind == "subject" and self._named_again(tokens, slot):
            return True
        named = index > 1 and tokens[index - 1].kind == "word" and tokens[index - 1].code in _RATED_THING
        verb = tokens[index - 1 - named] if index > 0 else None
        if dated and verb is not None and verb.kind == "assess" and not self._inspected(verb):
            lead = verb
        if (lead is None or lead.kind in _OPENS_WHOLE) and self._then_rated(tokens, slot, slots):
            return True
        if lead is not None and self._of_these(tokens, slot, slots, lead):
            return True
        if lead is not None and ((lead.kind == "assess" and not self._inspected(lead)) or self._looked_at(lead)):
            return slot.unit is not None or (self._ends_part(tokens, slot, ratio) and self._rated_subject(zone))
        if slot.unit is None and slot.topic is None and not rated_later and self._headed_rated(tokens, index):
            return True
        if lead is not None and lead.kind == "and" and slot.topic is None and self._total_before(tokens, slot, slots):
            return slot.unit is not None
        if lead is not None and lead.kind == ":" and rated_later and not ratio and self._listed(tokens, slot, index):
            if not self._assessed_at_all(tokens, slot):
                slot.notes.append("listed")
            return True
        headed = lead is not None and lead.kind == "among" and index > 1 and tokens[index - 1].kind == ":"
        if headed and slot.unit is None and rated_later and self._listed(tokens, slot, index - 1):
            slot.notes.append("listed")
            return True
        if lead is not None and lead.kind == "among" and slot.unit is not None and rated_later:
            if self.page.folded.startswith(_BACK, slot.unit.end):
                slot.reason = "break_up"
                return False
            return not ratio and not self._of_those_rated_before(tokens, slot, lead)
        for place, token in enumerate(tokens[slot.after : max(slot.zone[1], slot.after + 1)], slot.after):
            if token.kind == "assess":
                asked = _ASKED_FOR.search(
                    self.page.folded, slot.figure.end, token.start
                ) is not None or self._rates_others(tokens, place)
                looked = self._only_looked_at(token) and "level" not in self.kinds
                return slot.unit is not None and not asked and not looked and not self._rated_so(tokens, place)
            if token.kind in (",", ";", "number", "indicator", "trap") or isinstance(token, Level):
                break
        return False

    def _ends_part(self, tokens: Sequence[Token], slot: Slot, ratio: bool) -> bool:
        """ "số chi bộ được xếp loại 493/496; ...": whether a number without a noun ends what is said of it."""
        last = slot.index + 2 * ratio
        behind = [token.kind for token in tokens[last + 1 : last + 3]]
        return behind == [",", "within"] or behind[:1] == [";"]

    def _looked_at(self, lead: Token) -> bool:
        """ "qua đánh giá 75 tổ chức cơ sở đảng, có 9 tổ chức ...": those counted are the ones rated."""
        return lead.kind == "reported" and _RATES.search(self.page.folded, lead.start, lead.end) is not None

    def _only_looked_at(self, verb: Token) -> bool:
        """ "37/40 chi bộ đã tổ chức kiểm điểm": who has looked at the own work is not rated yet."""
        words = self.page.folded[verb.start : verb.end]
        return _LOOKED in words and _RATES.search(words) is None

    def _taken_of(self, slot: Slot) -> bool:
        """ "(tỷ lệ tính trên tổng số 2.307 viên chức)": the number that the shares before are taken of."""
        rated = "level" in self.kinds and slot.unit is not None and slot.unit.kind == "subject"
        return rated and self.page.folded.endswith(_TAKEN_OF, 0, slot.figure.start)

    def _base_counted(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> bool:
        """ "chiếm 0,6% trong tổng số công chức được xếp loại là 4.698 người": how many the share is taken of."""
        place = slots.index(slot)
        share = slots[place - 1] if place else None
        if share is None or not share.percent or (slot.unit is not None and slot.unit.code != "person"):
            return False
        kinds = [token.kind for token in tokens[share.index + 1 : slot.index]]
        while kinds and kinds[-1] == "before":
            kinds.pop()
        based = kinds[:1] in (["among"], ["base_all"]) and kinds[-1:] == ["link"] and "assess" in kinds
        return based and set(kinds) <= _BASE_KINDS

    def _rates_others(self, tokens: Sequence[Token], place: int) -> bool:
        """ "4 đơn vị đánh giá 100% ...": those counted rate; "xếp loại xuất sắc": they are those on one level."""
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        active = not self.page.folded.startswith(("được", "đã được"), tokens[place].start)
        return after is not None and ((active and after.kind == "number") or isinstance(after, Level))

    def _inspected(self, verb: Token) -> bool:
        """ "kiểm tra, đánh giá năm 2022 đối với ...", "đề nghị xếp loại của ...": a look at work, no rating."""
        return _INSPECTS.search(self.page.folded, max(0, verb.start - _NEAR_VERB), verb.start) is not None

    def _rated_at_all(self, zone: Sequence[Token]) -> bool:
        """Whether words before a number say "rated", with no level and nothing else ("được đánh giá tiến bộ")."""
        verbs = [place for place, token in enumerate(zone) if token.kind == "assess"]
        if not verbs or any(isinstance(token, Level) for token in zone):
            return False
        return not any(
            token.kind in _OTHER_THAN_RATED
            or (token.kind == "word" and not self.page.folded.startswith(_OF_RATING, token.start))
            for token in zone[verbs[0] :]
        )

    def _named_again(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "Đối với 58 chi bộ, số chi bộ hoàn thành tốt nhiệm vụ chiếm 81%": those counted, then their level."""
        rest = tokens[slot.after : slot.after + 5]
        named = next((place for place, token in enumerate(rest) if token.kind == "subject"), -1)
        if named < 1 or rest[0].kind != "," or slot.unit is None or named + 1 >= len(rest):
            return False
        code = resolve_subject(self.page, tokens, slot, (slot,), self.state)
        return rest[named].code == code and isinstance(rest[named + 1], Level)

    def _then_rated(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> bool:
        """ "có 56 đơn vị thì 10 đơn vị hoàn thành tốt nhiệm vụ": the number of those that are parted by level."""
        place = slots.index(slot) + 1
        part = slots[place] if place < len(slots) else None
        if part is None or slot.unit is None or not isinstance(part.topic, Level):
            return False
        between = [token.code if token.kind == "word" else token.kind for token in tokens[slot.after : part.index]]
        towards = slot.index > 0 and self.page.folded.startswith(_TOWARDS, tokens[slot.index - 1].start)
        same = counts_same(slot.unit, part.unit, towards)
        told = any(token.kind in ("word", "number", "change") for token in tokens[slot.zone[0] : slot.index])
        fits = part.side == "right" and not part.percent and part.value <= slot.value
        return same and fits and not told and (between in _THEN or (towards and between in _TOWARDS_THEN))

    def _of_these(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot], lead: Token) -> bool:
        """ "Trong 20 giám đốc sở thì 5 đồng chí hoàn thành tốt nhiệm vụ": officers whose levels are told of."""
        place = slots.index(slot) + 1
        part = slots[place] if place < len(slots) else None
        officers = (
            slot.unit is not None and slot.unit.code == "leader" and self.page.folded.startswith(_AMONG, lead.start)
        )
        return officers and part is not None and isinstance(part.topic, Level) and part.value <= slot.value

    def _rated_aside(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "Tổ chức cơ sở đảng (đánh giá 58/58 tổ chức)": brackets that only tell how many were rated.

        "Đảng viên (3.702): ..." tells them too where the parts that follow prove it.
        """
        before = [token.kind for token in tokens[max(0, slot.index - 6) : slot.index] if token.kind != "period"]
        closed = slot.after < len(tokens) and tokens[slot.after].kind == ")"
        if slot.unit is None:
            closed = slot.index + 1 < len(tokens) and tokens[slot.index + 1].kind == ")"
        kinds = [token.kind for token in tokens[slot.index + 1 : slot.index + 3]]
        if before[-2:] == ["subject", "("] and kinds == [")", ":"] and "level" in self.kinds:
            slot.notes.append("listed")
            return True
        return before[-3:] == ["subject", "(", "assess"] and closed and "indicator" not in before

    def _headed_rated(self, tokens: Sequence[Token], colon: int) -> bool:
        """ "- Tổng số: 582, được đánh giá: 575": a heading of its own says that the number is of those rated."""
        return colon > 0 and tokens[colon].kind == ":" and tokens[colon - 1].kind == "assess" and self.continued

    def _of_those_rated_before(self, tokens: Sequence[Token], slot: Slot, lead: Token) -> bool:
        """ "2.614 đồng chí được đánh giá trên tổng số 2.790 đồng chí": all there are, not those rated."""
        behind = tokens[max(0, slot.index - 3) : slot.index]
        return self.page.folded.startswith("trên tổng", lead.start) and any(t.kind == "assess" for t in behind)

    def _parted(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "công chức là N người, trong đó ... hoàn thành tốt nhiệm vụ": a total, to be proved by arithmetic."""
        if slot.topic is not None or slot.unit is None or slot.unit.kind != "unit":
            return False
        behind = tokens[slot.after : slot.after + 2]
        if [token.kind for token in behind] == [",", "have"]:
            return self.page.folded.startswith(_CONSISTS, behind[1].start)
        return [token.kind for token in behind] == [",", "within"]

    def _listed(self, tokens: Sequence[Token], slot: Slot, colon: int) -> bool:
        """ "Viên chức: 2.130 người; xuất sắc ...": a population before its distribution, to be proved by arithmetic."""
        zone = tokens[slot.zone[0] : colon]
        named = any(token.kind == "subject" for token in zone)
        if slot.unit is not None and (slot.unit.kind == "subject" or slot.unit.code == "party_body"):
            named = named or any(token.kind == "scope" for token in zone)
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
        return place >= 0 and self._says_number(zone)

    def _rated_subject(self, zone: Sequence[Token]) -> bool:
        """ "Đảng viên được xếp loại là 29.336 đồng chí": the subject stands before the verb, nothing behind it."""
        verb = next((i + 1 for i, (one, two) in enumerate(pairwise(zone)) if (one.kind, two.kind) == _VERB), len(zone))
        return verb < len(zone) and all(token.kind in _BEHIND_VERB for token in zone[verb:])

    def _names_again(self, zone: Sequence[Token], slot: Slot) -> bool:
        """ "số chi bộ được đánh giá là 294/296 chi bộ": those counted are the ones named before."""
        named = next((token.code for token in zone if token.kind == "subject"), "")
        return slot.unit is not None and slot.unit.code == named

    def _says_number(self, zone: Sequence[Token]) -> bool:
        """Whether words tell that a number of something follows ("số", "trong tổng số")."""
        return any(
            token.kind in ("among", "becomes", "base_all")
            or (token.kind == "filler" and self.page.folded[token.start : token.end] == "số")
            or (token.kind == "subject" and self.page.folded.startswith("số ", token.start))
            for token in zone
        )
