"""Inside one sentence: what each number counts, which level or verb it stands with, what it is a share of.

Belongs here: the numbers of a sentence, their zones, what stands directly at them. Does not belong here: what the
sentence leaves out (carry), whose result it is (bodies), choosing by arithmetic (arithmetic).
"""

from itertools import pairwise

from kpi_pipeline.extraction.arithmetic import fits
from kpi_pipeline.extraction.clauses import NUMBERED
from kpi_pipeline.extraction.coordination import coordinate, inherit
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.in_turn import in_turn
from kpi_pipeline.extraction.joined import Level, Subject
from kpi_pipeline.extraction.looks import ALL_THERE_ARE
from kpi_pipeline.extraction.share_links import ShareLinker
from kpi_pipeline.extraction.slots import (
    Slot,
    counted_scope,
    match_parens,
)
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.reference.folding import fold

_ASIDE = 4
"""How much brackets may hold between a number and the noun it counts."""
_ASIDES = frozenset(("(", ")", "number", "link", "filler", "before"))
"""What may stand between a part and its whole: its share in brackets."""
_FROM, _CHANGE_TOLD = fold("từ"), frozenset(("(", ",", "versus", "period"))
"""What leads to the first end of a change, and what may stand before it."""
_THEN = fold("thì")
_WORST = frozenset(("weak", "not_completed"))
_BEFORE_ZERO_LEVEL = frozenset(("subject", "unit", "filler", "none", "word", "assess", ","))
_OF_SHARE = frozenset((",", "link", "before", "filler", "becomes"))
"""What may stand between a ratio and the share it makes."""
_COLLECTED = NUMBERED | {";", "word"}
_NO = fold("không")
_PARTS_ENDED = frozenset((",", ";", ")", "and"))


class SentenceReader(ShareLinker):
    """Reads the numbers of one sentence; the result is `slots`, in order."""

    def read(self) -> list[Slot]:
        """All slots with unit, comparator, topic and share links."""
        if "(" in self.kinds:
            self.parens = match_parens(self.tokens)
        self._collect()
        if not self.slots:
            return self.slots
        self._zones()
        for slot in self.slots:
            self._comparator(slot)
            self._unit(slot)
        several = len(self.slots) > 1
        if several:
            self._one_of()
            self._shared_comparators()
        for slot in self.slots:
            self._topic(slot)
        if several:
            self._ends_of_changes()
            self._parts_of_wholes()
            self._counts_of_shares()
            self._ratios_of_shares()
            self._shared_above()
            self._shared_reward()
            in_turn(self.page, self.tokens, self.slots, self.kinds)
            for slot in self.slots:
                self._link_share(slot)
            coordinate(self.page, self.tokens, self.slots)
            inherit(self.page, self.tokens, self.slots)
        return self.slots

    def _collect(self) -> None:
        segment = 0
        for index, token in enumerate(self.tokens):
            if token.kind not in _COLLECTED:
                continue
            if token.kind == "word":
                if token.code == _NO and self._zero_behind(index):
                    mark = Token("zero", "zero", token.start, token.end)
                    self.slots.append(Slot(index, mark, 0.0, False, segment=segment, zero=True))
            elif token.kind == ";":
                segment += 1
            elif isinstance(token, Figure) and token.kind == "number" and token.part is None:
                self.slots.append(Slot(index, token, token.value, token.percent, (0, 0), segment))
            elif token.kind == "zero" and (self._zero_counts(index) or self._zero_behind(index)):
                self.slots.append(Slot(index, token, 0.0, False, segment=segment, zero=True))
            elif token.kind == "none":
                self._none_of(index, segment)

    def _zero_counts(self, index: int) -> bool:
        listed = False
        for token in self.tokens[index + 1 : index + 7]:
            if isinstance(token, Level):
                return not listed or token.code in _WORST  # "không có tổ chức hội trung bình, yếu kém"
            listed = listed or token.kind == ","
            if token.kind not in _BEFORE_ZERO_LEVEL:
                return False
        return False

    def _zero_behind(self, index: int) -> bool:
        """ "không hoàn thành nhiệm vụ: không có", "...: không có chi bộ nào": none at the level told before a mark."""
        level = self.tokens[index - 2] if index > 1 and self.tokens[index - 1].kind in (":", "link") else None
        if not isinstance(level, Level) or level.levels[0] not in _WORST:
            return False
        behind = [token.kind for token in self.tokens[index + 1 : index + 4]]
        behind = behind[behind[:1] in (["subject"], ["unit"]) :]
        behind = behind[behind[:1] == ["none"] :]
        return not behind or behind[0] in _PARTS_ENDED

    def _none_of(self, index: int, segment: int) -> None:
        """ "không chi bộ nào": a zero without "có"."""
        before = self.tokens[index - 1] if index else None
        if before is None or before.kind not in ("subject", "unit") or index < 2:
            return
        lead = self.tokens[index - 2]
        if lead.kind == "word" and lead.code.split()[-1] == "không":
            mark = Token("zero", "zero", lead.end - 5, lead.end)
            self.slots.append(Slot(index - 2, mark, 0.0, False, segment=segment, zero=True))

    def _ends_of_changes(self) -> None:
        """ "hoàn thành tốt giảm 1,2% (từ 18,6% xuống 17,4%)", "(năm 2022: 18,6%; ...)": the ends are on the level."""
        for change, slot in pairwise(self.slots):
            if change.reason != "change" or not slot.percent or slot.topic is not None or slot.reason:
                continue
            between = self.tokens[change.index + 1 : slot.index]
            led = between and self.page.folded[between[-1].start : between[-1].end] == _FROM
            dated = [token.kind for token in between] in (["(", "period", ":"], ["(", "period", "link"])
            if not dated and (not led or not {token.kind for token in between[:-1]} <= _CHANGE_TOLD):
                continue
            for token in reversed(self.tokens[change.zone[0] : change.index]):
                if isinstance(token, Level):
                    slot.topic, slot.side = token, "left"
                if isinstance(token, Level) or token.kind in ("number", ";"):
                    break

    def _zones(self) -> None:
        """Splits the sentence's tokens among its numbers, at the strongest mark between two."""
        if len(self.slots) == 1:
            slot = self.slots[0]
            slot.zone, slot.in_paren = (0, len(self.tokens)), bool(self.parens) and self._enclosing(slot.index) >= 0
            return
        edges = [0]
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            edges.append(self._edge(left.index, right.index))
        edges.append(len(self.tokens))
        for position, slot in enumerate(self.slots):
            slot.zone = (edges[position], edges[position + 1])
            slot.in_paren = bool(self.parens) and self._enclosing(slot.index) >= 0

    def _edge(self, left: int, right: int) -> int:
        kinds = [token.kind for token in self.tokens[left + 1 : right]]
        if kinds[:1] == [")"] and "(" in kinds[1:] and kinds[1:2] in ([","], [";"], ["and"]):
            return left + 2
        closed = ")" in kinds and "(" in kinds and "(" not in kinds[len(kinds) - kinds[::-1].index(")") :]
        for mark in (";", ")", "(") if closed else (";", "(", ")"):
            if mark in kinds:
                last = len(kinds) - 1 - kinds[::-1].index(mark)
                if mark == ")" and "," in kinds[last:]:
                    last = len(kinds) - 1 - kinds[::-1].index(",")
                return left + 1 + last
        for mark in (",", "and", ":"):
            if mark in kinds:
                return left + 1 + len(kinds) - 1 - kinds[::-1].index(mark)
        for place in range(left + 1, right) if kinds.count("becomes") > 1 else ():
            if self.page.folded.endswith(ALL_THERE_ARE, self.tokens[place].start, self.tokens[place].end):
                return place
        return ("word" in kinds and self._new_clause(left, right)) or self._new_doer(left, right) or right

    def _new_clause(self, left: int, right: int) -> int:
        """Where "thì" parts two clauses ("năm 2019 chiếm 88% thì năm 2021 đạt 93%"); 0 for none."""
        for place in range(left + 1, right - 1):
            if self.tokens[place].kind == "word" and self.tokens[place].code.startswith(_THEN):
                return place
        return 0

    def _new_doer(self, left: int, right: int) -> int:
        """Where a body behind a level begins a clause of its own ("... thì huyện X đạt 92%"); 0 for none."""
        rated = False
        for place in range(left + 1, right - 1):
            kind = self.tokens[place].kind
            rated = rated or kind == "level"
            if rated and kind in ("scope", "orgname"):
                after = place + 1
                while after < right and self.tokens[after].kind == "word":
                    after += 1
                return place if after < right and self.tokens[after].kind in ("have", "link") else 0
        return 0

    def _comparator(self, slot: Slot) -> None:
        figure = slot.figure
        if isinstance(figure, Figure) and figure.ends_range:
            slot.comparator = "ge" if figure.ends_range == "low" else "le"
            return
        index = slot.index - 1
        while index >= 0 and self.tokens[index].kind == "filler" and self.tokens[index].code == "filler":
            index -= 1
        if index >= 0 and self.tokens[index].kind == "before":
            slot.comparator = self.tokens[index].code
        after = slot.index + 1
        if after < len(self.tokens) and self.tokens[after].kind == "above":
            slot.comparator = "ge"

    def _shared_comparators(self) -> None:
        """ "từ 90% A và 85% B trở lên": "từ" opens a coordination and covers both."""
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            lead = self.tokens[left.index - 1] if left.index else None
            if right.comparator != "eq" or not (left.percent and right.percent) or right.value == 100 or lead is None:
                continue
            if lead.kind != "before" or self.page.folded[lead.start : lead.end] not in ("từ", "có từ", "đạt từ"):
                continue
            if right.index and self.tokens[right.index - 1].kind == "and" and left.comparator == "ge":
                right.comparator = "ge"

    def _shared_above(self) -> None:
        """ "90% A hoàn thành tốt và 85% B hoàn thành tốt trở lên": the end covers both."""
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            one, two = left.topic, right.topic
            if (
                not (isinstance(one, Level) and isinstance(two, Level))
                or one is two
                or left.side + right.side != "rightright"
                or left.percent != right.percent
            ):
                continue
            if two.above and not one.above and one.levels == two.levels:
                kinds = [token.kind for token in self.tokens[left.index : right.index]]
                if "and" in kinds and "," not in kinds and ";" not in kinds:
                    one.above = True

    def _one_of(self) -> None:
        """ "là 1 trong 5 đơn vị": a place among others, no count."""
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            between = self.tokens[left.index + 1 : right.index]
            is_one = left.value == 1 and not left.percent and left.index > 0
            if not is_one or self.tokens[left.index - 1].kind != "link" or not between:
                continue
            if between[0].kind == "among" and all(token.kind in ("among", "filler") for token in between):
                left.reason = right.reason = "rank"

    def _parts_of_wholes(self) -> None:
        """ "121 người (19,8%) trong tổng số 611 viên chức hoàn thành tốt nhiệm vụ": the level is that of the part."""
        for place, whole in enumerate(self.slots):
            topic = whole.topic if whole.side == "right" and not whole.percent else None
            rated = isinstance(topic, Level) and topic.code not in ("clean_strong", "exemplary")
            lead = self.tokens[whole.index - 1] if whole.index else None
            if not rated or lead is None or lead.kind != "among":
                continue
            part = next((slot for slot in reversed(self.slots[:place]) if not slot.percent and not slot.in_paren), None)
            if part is None or part.topic is not None or part.reason or part.value > whole.value:
                continue
            if not self._says_whole(lead) and not self._rated_of_same(part, whole):
                continue
            between = self.tokens[part.after : whole.index - 1]
            if {token.kind for token in between} <= _ASIDES and (part.unit is not None or not part.stranger):
                part.topic, part.side, part.unit = whole.topic, "right", whole.unit or part.unit
                whole.topic, whole.side, whole.role = None, "", "denominator"

    def _says_whole(self, lead: Token) -> bool:
        """Whether words say that the whole follows ("trong tổng số", "trên tổng số")."""
        return "tổng" in self.page.folded[lead.start : lead.end]

    def _rated_of_same(self, part: Slot, whole: Slot) -> bool:
        """ "13 đảng viên trong số 457 đảng viên được xếp loại ...": whether the whole, of the same noun, was rated."""
        one, two = part.unit, whole.unit
        same = one is not None and two is not None and one.kind == two.kind == "subject" and one.code == two.code
        return same and [token.kind for token in self.tokens[whole.after : whole.after + 1]] == ["assess"]

    def _counts_of_shares(self) -> None:
        """ "20% chi bộ (12 chi bộ) hoàn thành tốt", "20% chi bộ hoàn thành tốt (12 chi bộ)": the count has the
        level of the share."""
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            told = isinstance(left.topic, Level) and left.percent and not left.in_paren
            if not told or right.percent or not right.in_paren or right.topic is not None:
                continue
            ratio = isinstance(right.figure, Figure) and right.figure.total is not None
            bracket = right.index - 1
            behind = left.side == "right" and self.tokens[bracket - 1] is left.topic
            opens = (behind or bracket in (left.after, left.index + 1)) and self.tokens[bracket].kind == "("
            closed = right.after < len(self.tokens) and self.tokens[right.after].kind == ")"
            if opens and closed and (right.unit is not None or (ratio and left.unit is not None)):
                right.topic, right.side, right.unit = left.topic, "left", right.unit or left.unit

    def _ratios_of_shares(self) -> None:
        """ "12/60 chi bộ, đạt 20%, hoàn thành tốt nhiệm vụ": the ratio has the level of the share it makes."""
        for left, right in pairwise(self.slots):
            if left.percent or not right.percent or left.topic is not None or left.reason or left.unit is None:
                continue
            between = [token.kind for token in self.tokens[left.after : right.index]]
            if not (self._makes(left, right) and _OF_SHARE.issuperset(between)) and between != ["-"]:
                continue
            if right.topic is None:
                right.topic = self._level_aside(right.after)
                right.side = "right" if right.topic is not None else ""
            if isinstance(right.topic, Level) and right.side == "right":
                left.topic, left.side, right.unit = right.topic, "right", right.unit or left.unit

    def _makes(self, left: Slot, right: Slot) -> bool:
        """Whether a ratio makes a percent."""
        total = left.figure.total if isinstance(left.figure, Figure) else None
        told = self.page.folded[right.figure.start : right.figure.end]
        return total is not None and fits(left.value, total.value, right.value, told)

    def _level_aside(self, index: int) -> Level | None:
        """The level between a comma and the end of its clause ("..., đạt 20%, hoàn thành tốt nhiệm vụ;")."""
        mark, level = [*self.tokens[index : index + 2], None, None][:2]
        closed = index + 2 >= len(self.tokens) or self.tokens[index + 2].kind == ";"
        return level if mark is not None and mark.kind == "," and isinstance(level, Level) and closed else None

    def _shared_reward(self) -> None:
        """ "N chi bộ trong sạch và M đảng viên xuất sắc được khen thưởng": both are rewarded."""
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            level, reward = left.topic, right.topic
            if not isinstance(level, Level) or left.side + right.side != "rightright" or left.percent:
                continue
            if reward is None or reward.kind != "indicator" or reward.code != "award":
                continue
            between = [token.kind for token in self.tokens[left.index : right.index] if token.start >= level.end]
            if set(between) <= {"and", "before", "filler", "period", "year"}:
                left.topic, left.like, left.reading = reward, right, "coordination"

    def _unit(self, slot: Slot) -> None:
        """What stands directly after the number: a counted noun, or words nobody knows."""
        if slot.zero and slot.figure.code == "zero" and self.tokens[slot.index].kind == "word":
            if self._zero_behind(slot.index):
                return
            slot.unit = self.tokens[slot.index + 1]
            slot.after = slot.index + 2
            return
        index = slot.index + 1
        figure = slot.figure
        if isinstance(figure, Figure) and figure.total is not None:
            index += 1
            while index < len(self.tokens) and self.tokens[index].start < figure.total.end:
                index += 1
        while index < len(self.tokens) and self.tokens[index].kind in ("filler", "above", "none", "hundred", "among"):
            if self.tokens[index].kind == "among" and not slot.percent:
                break
            index += 1
        slot.after = index
        index = self._behind_brackets(index)
        if index >= len(self.tokens):
            return
        token = self.tokens[index]
        if token.kind in ("subject", "unit") and self._of_those_rated(slot, index):
            return
        if token.kind in ("subject", "unit"):
            index += self._names_office(index)
            slot.unit = token = self.tokens[index]
            slot.after = index + 1
            if slot.after < len(self.tokens) and self.tokens[slot.after].kind == "above":
                slot.comparator = "ge"
        elif token.kind == "scope" and not slot.percent:
            counted, slot.after = counted_scope(self.page.folded[token.start : token.end]), index
            if counted:
                slot.unit = self.tokens[index] = Subject("subject", counted, token.start, token.end)
            slot.stranger = not counted
        elif token.kind in ("word", "orgname"):
            slot.stranger = True

    def _names_office(self, index: int) -> bool:
        """ "3 đồng chí Phó Giám đốc sở": whether the office of those counted stands right behind "đồng chí"."""
        token, office = self.tokens[index], next(iter(self.tokens[index + 1 : index + 2]), None)
        if office is None or token.code != "person" or office.start != token.end + 1:
            return False
        return (office.kind, office.code) == ("subject", "leader")

    def _behind_brackets(self, index: int) -> int:
        """ "45/58 (77,6%) tổ chức cơ sở đảng": the noun counted stands behind the brackets; else the index itself."""
        closing = self.parens.get(index)
        if closing is None:
            return index
        inside = self.tokens[index + 1 : closing]
        if not any(token.kind == "number" for token in inside) or len(inside) > _ASIDE:
            return index
        behind = closing + 1
        if behind < len(self.tokens) and self.tokens[behind].kind == "filler":
            behind += 1
        counted = behind < len(self.tokens) and self.tokens[behind].kind in ("subject", "unit")
        return behind if counted else index

    def _of_those_rated(self, slot: Slot, index: int) -> bool:
        """ "83% số người được đánh giá": names the base, not who is counted."""
        between = {token.kind for token in self.tokens[slot.index + 1 : index]}
        if not slot.percent or not between & {"filler", "among", "hundred"}:
            return False
        after = self.tokens[index + 1 : index + 3]
        return bool(after) and after[0].kind == "assess" and not any(isinstance(token, Level) for token in after)
