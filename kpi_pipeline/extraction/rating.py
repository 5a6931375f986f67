"""Statements about ratings: levels, and what stands in their way.

Belongs here: turning slots with a level into statements. Does not belong here: totals, shares of counts (shares),
other indicators (counting), arithmetic.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import PEOPLE, RATED_STRONG, SLOGAN, Level, Subject
from kpi_pipeline.extraction.other_matters import graded_in_another
from kpi_pipeline.extraction.repeats import RepeatReader
from kpi_pipeline.extraction.slots import Slot, kinds_of, part_of
from kpi_pipeline.extraction.statement import Statement, with_better
from kpi_pipeline.extraction.subjects import resolve_subject
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.extraction.thresholds import is_rate
from kpi_pipeline.reference.codes import STUDY_RESULT, TASK_COMPLETION
from kpi_pipeline.reference.folding import fold

_GRADES = {
    "excellent": "excellent", "good": "good", "grade_good": "good", "grade_fair": "fair",
    "grade_average": "average", "grade_poor": "poor", "weak": "poor",
}  # fmt: skip


_LEVEL = (fold("mức "), fold("loại "))
_EACH = fold(" đều ")
_RATED_SO = (fold("xếp loại"), fold("phân loại"), fold("đánh giá"))
_ON_LEVEL = tuple(fold(lead) + level for lead in ("đạt ", "xếp ", "ở ") for level in _LEVEL)
_YEARS_ON_END = re.compile(
    fold(r"[\s,]*(?:trong )?(?:\d{1,2}|hai|ba|bốn|năm|mười)\s+năm (?:liền|liên tục|liên tiếp)"), re.ASCII
)
"""A level kept for years on end is told to praise, not to count a year's rating."""
_AS_AN_EXAMPLE = re.compile(fold(r"[\"”’')]{0,2} tiêu biểu(?!\w)"))
"""Behind the best level of a part of those told before: some of them, picked as examples."""
_CALLED_WEAK = fold("loại yếu")
"""A grade in many matters: ours only at the end of a distribution."""
_CLAIMED = re.compile(
    fold(
        r"(?:tự (?:nhận|xếp|đánh giá|phân)(?: \w+){0,3}|đăng ký(?: \w+){0,2}|dự kiến(?: \w+){0,3}"
        r"|(?:đề nghị|đề xuất)(?: \w+){0,3}|(?:chưa|không) được (?:công nhận|xếp loại|đánh giá)(?: là| mức)?)[ :\"“]*$"
    )
)
"""What stands between those counted and a level that they only claim, strive for or are proposed for."""
_PICKED = re.compile(
    fold(
        r"(?:trao đổi với|gặp gỡ|gặp mặt|phỏng vấn|lấy ý kiến|phúc tra|thẩm tra|rà soát|sàng lọc|khỏi đảng"
        r"|thôi giữ chức|điều chuyển|luân chuyển|phân công|giới thiệu|giúp đỡ|kèm cặp|(?<!\w)hạ"
        r"|(?:đề nghị|đề xuất) (?:xếp loại|công nhận|đánh giá)|kiểm tra|kết luận"
        r"|(?:(?<!thể )(?<!bộ )lãnh đạo|chỉ đạo|đôn đốc|hướng dẫn)(?: \w+)?)(?: đối với)? $"
    )
)
"""What is done to some of those on a level: they are not all of them."""
_PLACES_COUNTED = re.compile(fold(r"(?<!\w)(?:thuộc|ở|tại) (?:\d+ [^.;:()\d]{2,24}(?:,| và) )?$"))
_PLACES_END = tuple(map(fold, ("thuộc ", "ở ", "tại ", ", ", " và ")))
"""How all that `_PLACES_COUNTED` finds ends."""
_SAID_RATED = re.compile(fold(r"(?:[ ,]|(?:được|bị|đã|có|đánh giá|xếp loại|phân loại|chất lượng|công nhận|là)(?!\w))+"))
_THERE = tuple(map(fold, (" ở ", " tại ", " thuộc ")))
"""What leads from a level to the places of those rated ("90% đảng viên hoàn thành tốt nhiệm vụ ở 12 xã")."""
_PUNISHED = fold("kỷ luật")
_LINES_OF_LIST = 4
_LONGEST_CLAIM, _FAR, _BESIDE = 40, 160, 16
_ASKED = re.compile(fold(r"khảo sát|thăm dò|(?:được|đã) hỏi|cho rằng|phiếu trả lời"))
"""What tells that shares are those of answers, not of those rated."""
_TRAPS = frozenset(("trap", "indicator"))
NOT_COMPLETED = ("not_completed",)
"""People are on one scale in every year: who is called weak has not done the task."""
_BETTER: dict[tuple[str, ...], str] = {("good",): "excellent", ("clean_strong",): "exemplary"}
"""The best level, which brackets may break out of the number for the level below it."""
_STRONG = frozenset(("clean_strong", "exemplary"))
_PART_LED = frozenset(("have", "before", "filler", "within"))
_PART_SAID = _PART_LED | {"subject", "unit", "level", "link", "period", ":"}


def _is_full(topic: Token | None) -> bool:
    return isinstance(topic, Level) and topic.full


def _ends_matter(tokens: Sequence[Token], trap: int, slot: Slot) -> bool:
    """ "thu ngân sách đạt 312 tỷ đồng, 95% chi bộ ...": whether another matter has its number and a mark ends it."""
    marks = [place for place in range(trap + 1, slot.index) if tokens[place].kind in (",", "and")]
    if not marks or not all(token.kind in _OF_NEXT for token in tokens[marks[-1] + 1 : slot.index]):
        return False
    opening = next((place for place in range(trap, -1, -1) if tokens[place].kind in (";", "level")), 0)
    return any(token.kind in _NUMBERS for token in tokens[opening : marks[-1]])


_OF_NEXT = frozenset(("every", "period", "have", "before", "filler", "target", "among"))
_NUMBERS = frozenset(("number", "masked", "zero"))
_RATED_PART = frozenset((";", "subject", "assess"))
"""What stands in a part of a sentence that tells how many were rated."""


class RatingReader(RepeatReader):
    """Reads the numbers of ratings."""

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
        in_one_matter = not topic.full and self.page.folded.startswith((" về ", " trong công tác "), topic.end)
        in_one_matter = in_one_matter or graded_in_another(self.page, topic, slot.figure.start)
        if in_one_matter or (not topic.full and not self._short_counts(tokens, topic, scale, slot)):
            slot.reason = "other_indicator"
            return None
        if slot.stranger and (slot.side == "right" or not slot.percent):
            slot.reason = "other_indicator"
            return None
        if slot.unit is None and slot.side == "right" and not slot.percent and self._follows_noun(slot):
            slot.reason = "other_indicator"
            return None
        if not slot.percent and _YEARS_ON_END.match(self.page.folded, topic.end):
            slot.reason = "other_indicator"
            return None
        if self._picked_out(topic, levels, made):
            slot.reason = "other_indicator"
            return None
        if (not slot.percent and is_rate(self.page, sentence, slot)) or self._not_settled(sentence, slot, topic):
            slot.reason = "other_indicator"
            return None
        subject = resolve_subject(self.page, tokens, slot, slots, self.state)
        if not subject:
            slot.reason = "no_subject"
            return None
        if (subject == "other" and not topic.full) or (subject in PEOPLE and not set(levels) - _STRONG):
            slot.reason = "other_indicator"
            return None
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
            if subject in PEOPLE and "weak" in levels:
                levels = tuple(dict.fromkeys(NOT_COMPLETED[0] if level == "weak" else level for level in levels))
            last = statement.last or self._by_day(statement)
            statement.indicator = self._rating_scale(subject, levels, scale, last, statement.first or "")
            statement.levels = with_better(levels, topic.above, statement.indicator)
        statement.above = topic.above
        self._within(tokens, slot, slots, made, statement)
        self._base_words(tokens, slot, statement)
        if slot.percent or slot.zero:
            for other in self._joined_with(tokens, slot):
                self.statements.append(replace(statement, subject=other, reading="joined_subjects", flags=set()))
        self._year_too(tokens, slot, statement)
        return statement

    def _picked_out(self, topic: Level, levels: Sequence[str], made: dict[int, Statement]) -> bool:
        """Whether a level names examples among the best told before, or "loại yếu" stands in no distribution."""
        folded, told = self.page.folded, made.values()
        if folded.endswith(_CALLED_WEAK, topic.start, topic.end):
            return not any(item.levels for item in told)
        example = "within" in self.kinds and _AS_AN_EXAMPLE.match(folded, topic.end) is not None
        return example and any(item.levels == levels or item.indicator == "award" for item in told)

    def _not_settled(self, sentence: Sentence, slot: Slot, topic: Level) -> bool:
        """Whether a level is only claimed or proposed ("12 đảng viên tự nhận ..."), or some picked ("phúc tra 3")."""
        folded, start = self.page.folded, slot.figure.start
        if slot.percent and _ASKED.search(folded, max(sentence.start, start - _FAR), start) is not None:
            return True
        if slot.unit is not None and slot.side == "right" and slot.unit.end < topic.start:
            near = max(slot.unit.end, topic.start - _LONGEST_CLAIM)
            if _CLAIMED.search(folded, near, topic.start) is not None:
                return True
        if slot.side == "right" and not slot.percent and (self._someone(slot, topic) or self._where(slot)):
            return True
        if (
            slot.side == "left"
            and not slot.percent
            and slot.unit is not None
            and folded.endswith(_THERE, topic.end, start)
        ):
            return True
        return not slot.percent and _PICKED.search(folded, max(0, start - _LONGEST_CLAIM), start) is not None

    def _someone(self, slot: Slot, topic: Level) -> bool:
        """ "ít thấy một cán bộ phải rời vị trí vì không hoàn thành nhiệm vụ": one in words is nobody counted."""
        one = isinstance(slot.figure, Figure) and slot.figure.words and slot.value == 1
        if not one or slot.unit is None or topic.start - slot.unit.end <= _BESIDE:
            return False
        return _SAID_RATED.fullmatch(self.page.folded, slot.unit.end, topic.start) is None

    def _where(self, slot: Slot) -> bool:
        """ "công chức thuộc 12 sở và 30 đơn vị hoàn thành tốt nhiệm vụ": counted is where they work."""
        if not self.page.folded.endswith(_PLACES_END, 0, slot.figure.start):
            return False
        lead = self.page.folded[max(0, slot.figure.start - _LONGEST_CLAIM) : slot.figure.start]
        return _PLACES_COUNTED.search(lead) is not None

    def _joined_with(self, tokens: Sequence[Token], slot: Slot) -> tuple[str, ...]:
        """The further subjects of "tỷ lệ chi bộ, đảng viên hoàn thành tốt nhiệm vụ đạt 95%": the share is of each."""
        if slot.unit is not None:
            return slot.unit.also if isinstance(slot.unit, Subject) else ()
        if slot.side != "left":
            return ()
        ranged = isinstance(slot.figure, Figure) and slot.figure.ends_range == "high"
        for index in range(slot.index - 1, -1 if ranged else slot.zone[0] - 1, -1):
            token = tokens[index]
            if ranged and token.kind in (",", ";"):
                break
            if isinstance(token, Subject):
                lead = tokens[index - 1] if index else None
                rate = lead is not None and "lệ" in self.page.folded[lead.start : lead.end]
                each = self.page.folded.find(_EACH, token.end, slot.figure.start) >= 0
                return token.also if rate or (each and slot.percent) else ()
        return ()

    def _follows_noun(self, slot: Slot) -> bool:
        return isinstance(slot.figure, Figure) and bool(slot.figure.noun)

    def _short_counts(self, tokens: Sequence[Token], topic: Level, scale: str, slot: Slot) -> bool:
        """Whether a level cut short counts here: a scale is named, or a full level stands in the sentence."""
        if scale == STUDY_RESULT:
            return True
        counted = {slot.unit.code} if slot.unit is not None and slot.unit.kind == "subject" else self._subjects(tokens)
        if counted and counted <= RATED_STRONG and _STRONG.issuperset(topic.levels):
            return True
        if any(level.startswith("grade_") for level in topic.levels):
            return False
        place = next((at for at, token in enumerate(tokens) if token is topic), 0)
        verb = place > 0 and tokens[place - 1].kind == "assess"
        if verb and (slot.side == "right" or (slot.percent and place > 1 and tokens[place - 2].kind == "subject")):
            return True
        named = any(token.kind == "scale" and token.code == TASK_COMPLETION for token in tokens)
        beside = any(isinstance(token, Level) and token.full for token in tokens)
        told = {level for token in tokens if isinstance(token, Level) for level in token.levels}
        assessed = any(token.kind == "assess" for token in tokens)
        whole = {"excellent", "completed"} <= told and (assessed or "good" in told)
        listed = {"excellent", "good"} <= told and (
            (self.continued and self._lists_ratings()) or self._tells_rating(tokens)
        )
        if named or beside or whole or listed or (self._lists_ratings() and self._graded(tokens, topic, slot)):
            return True
        if not self.continued or slot.side != "left":
            return False
        return self.state.scale == TASK_COMPLETION or (place <= 1 and self._lists_ratings())

    def _tells_rating(self, tokens: Sequence[Token]) -> bool:
        """ "Kết quả xếp loại năm 2022: ...": whether a sentence opens with the results of a rating."""
        return tokens[0].kind == "past" and self.page.folded.endswith(_RATED_SO, tokens[0].start, tokens[0].end)

    def _graded(self, tokens: Sequence[Token], topic: Level, slot: Slot) -> bool:
        """ "22 đảng bộ đạt mức xuất sắc", "trong tổng số 312 chi bộ có 60 chi bộ xuất sắc": behind ratings."""
        if slot.side != "right" or slot.unit is None or slot.unit.code in PEOPLE or slot.unit.code == "person":
            return False  # people are graded on other scales too
        if self.page.folded.endswith(_ON_LEVEL, 0, topic.start) or self.page.folded.startswith(_LEVEL, topic.start):
            return True
        among = next((at for at, token in enumerate(tokens[: slot.index]) if token.kind == "among"), slot.index)
        whole = [token for token in tokens[among : slot.index] if token.kind == "subject"]
        return len(whole) == 1 and whole[0].code == slot.unit.code

    def _subjects(self, tokens: Sequence[Token]) -> set[str]:
        return {token.code for token in tokens if token.kind == "subject"}

    def _lists_ratings(self) -> bool:
        """Whether a list with full levels stands a few lines above: a level cut short that opens an item is one."""
        last = self.last_rating
        return last is not None and last.indicator == TASK_COMPLETION and self.line - last.line <= _LINES_OF_LIST

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
        for index in range(slot.index - 1, -1, -1) if "within" in self.kinds else ():
            if tokens[index].kind == "within":
                place = -1 if tokens[index + 1].kind == "period" else index  # "riêng năm 2016" parts years
                break
            if tokens[index].kind == ";":
                break
        whole = self._whole_before(tokens, slot, slots)
        if place < 0 or (whole is not None and whole.index > place):
            whole = whole or self._whole_named(tokens, slot, slots)
            if whole is not None and whole.index in made:
                statement.within, statement.parent = True, made[whole.index]
            return
        statement.within = True
        told = [token.kind for token in tokens[place : slot.index]]
        statement.named = slot.unit is not None or "subject" in told or "unit" in told
        nearest = next((other for other in reversed(slots) if other.index < place and other.reason != "change"), None)
        if nearest is not None and not nearest.percent and nearest.unit is not None and nearest.topic is None:
            return
        first = next((other for other in slots if other.index > place), None)
        before = [made[other.index] for other in slots if other.index < place and other.index in made]
        if not before and place <= 1:
            before = [item for item in self.statements[-24:] if 0 < statement.sentence - item.sentence <= 1]
        before.reverse()
        for parent in sorted(before, key=lambda item: item.measure != statement.measure):
            if parent.owner is None and parent.subject == statement.subject and parent.measure in ("count", "share"):
                opens = first is slot or (first is not None and (first.like is slot or first.topic is slot.topic))
                if opens or set(statement.levels) < set(parent.levels):
                    statement.parent = parent
                return

    def _whole_named(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> Slot | None:
        """ "Trong 42 cơ sở trong sạch, vững mạnh có 8 cơ sở tiêu biểu": the number that the next one is a part of."""
        if "among" not in self.kinds or tokens[slot.index - 1].kind not in ("have", "before"):
            return None
        place = slots.index(slot)
        whole = slots[place - 1] if place else None
        if whole is None or not whole.index or not isinstance(whole.topic, Level) or whole.side != "right":
            return None
        return whole if tokens[whole.index - 1].kind == "among" else None

    def _whole_before(self, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> Slot | None:
        """ "10 chi bộ hoàn thành tốt nhiệm vụ (2 chi bộ xuất sắc), chiếm 80% (xuất sắc 16%)": a part in brackets."""
        place = slots.index(slot)
        whole = slots[place - 1] if place and slot.in_paren else None
        if whole is None or whole.in_paren or slot.value > whole.value or whole.percent != slot.percent:
            return None
        kinds = [token.kind for token in tokens[whole.index + 1 : slot.index]]
        if "(" not in kinds or not {"(", ")"}.isdisjoint(kinds[kinds.index("(") + 1 :]):
            return None
        lead, told = kinds[: kinds.index("(")], kinds[kinds.index("(") + 1 :]
        counted = whole if whole.share_of is None else whole.share_of
        best = [topic.levels if isinstance(topic, Level) else () for topic in (counted.topic, slot.topic)]
        if len(best[1]) != 1 or _BETTER.get(best[0]) != best[1][0]:
            return None
        if any(other.topic is not None and other.topic.code == best[1][0] for other in slots[: place - 1]):
            return None
        if slot.percent:
            return counted if not lead and set(told) <= _PART_SAID else None
        known = (whole.unit, slot.unit)
        if None in known or not set(told) <= _PART_LED or set(lead) - {"level", "subject", "unit"}:
            return None
        same = {unit.code for unit in known if unit is not None}
        return whole if len(same) == 1 or (len(same & PEOPLE) == 1 and "person" in same) else None

    def _trapped(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """Whether a trap sets the topic: the nearest to the left in the segment, or named in the zone."""
        if not self.kinds & _TRAPS:
            return False
        counted = slot.unit is not None and slot.unit.kind == "subject"
        own_full = counted and _is_full(slot.topic)
        rated = counted and slot.after < len(tokens) and tokens[slot.after].kind == "assess"
        rated = rated or kinds_of(part_of(tokens[slot.zone[0] : slot.index])) >= _RATED_PART
        parted = False
        for index in range(slot.index - 1, -1, -1):
            token = tokens[index]
            parted = parted or token.kind == "within"
            if token.kind == ";" and (rated or (slot.side == "right" and _is_full(slot.topic))):
                break
            if parted and token.kind == "indicator" and token.code == "award":
                slot.reason = "other_indicator"
                return True
            if token.kind == "trap":
                slot.reason = token.code if token.code != SLOGAN else "other_indicator"
                if parted and self.page.folded.find(_PUNISHED, tokens[0].start, token.end) >= 0:
                    return True  # "kỷ luật 25 đảng viên, trong đó có 3 đảng viên được xếp loại hoàn thành tốt nhiệm vụ"
                if not (own_full or rated):
                    return True
                return slot.zone[0] <= index and not _ends_matter(tokens, index, slot)
            if own_full and token.kind in (";", "assess"):
                break
            if token.kind == "assess" and parted and slot.side == "right" and _is_full(slot.topic):
                break  # "có 20 sở được xếp loại, trong đó 4 đơn vị hoàn thành xuất sắc nhiệm vụ"
            if isinstance(token, Level) and token.full:
                break
            if token.kind == "indicator":
                break
        return False
