"""Inside one sentence: what each number counts, which level or verb it stands with, what it is a share of.

Belongs here: reading left and right of a number within its clause. Does not belong here: what the sentence
leaves out (carry), whose result it is (place), choosing by arithmetic (arithmetic).
"""

from collections.abc import Sequence

from kpi_pipeline.extraction.clauses import Level, Subject
from kpi_pipeline.extraction.coordination import coordinate, inherit, names_next_subject, respectively
from kpi_pipeline.extraction.mask import Figure
from kpi_pipeline.extraction.slots import (
    GOVERNMENT_OF,
    THROUGH_LEFT,
    THROUGH_RIGHT,
    Slot,
    counted_scope,
    match_parens,
)
from kpi_pipeline.extraction.tags import Page, Token


class SentenceReader:
    """Reads the numbers of one sentence; the result is `slots`, in order."""

    def __init__(self, page: Page, tokens: Sequence[Token]) -> None:
        self.page = page
        self.tokens = tokens
        self.slots: list[Slot] = []
        self.parens: dict[int, int] = {}

    def read(self) -> list[Slot]:
        """All slots with unit, comparator, topic and share links."""
        if not any(token.kind in ("number", "zero", "none") for token in self.tokens):
            return self.slots
        self.parens = match_parens(self.tokens)
        self._collect()
        if not self.slots:
            return self.slots
        self._zones()
        for slot in self.slots:
            self._comparator(slot)
            self._unit(slot)
        self._one_of()
        self._shared_comparators()
        for slot in self.slots:
            self._topic(slot)
        self._counts_of_shares()
        self._shared_above()
        self._shared_reward()
        respectively(self.tokens, self.slots)
        for slot in self.slots:
            self._link_share(slot)
        coordinate(self.tokens, self.slots)
        inherit(self.page, self.tokens, self.slots)
        return self.slots

    def _collect(self) -> None:
        segment = 0
        for index, token in enumerate(self.tokens):
            if token.kind == ";":
                segment += 1
            elif isinstance(token, Figure) and token.kind == "number" and token.part is None:
                self.slots.append(Slot(index, token, token.value, token.percent, segment=segment))
            elif token.kind == "zero" and self._zero_counts(index):
                self.slots.append(Slot(index, token, 0.0, False, segment=segment, zero=True))
            elif token.kind == "none":
                self._none_of(index, segment)

    def _zero_counts(self, index: int) -> bool:
        for token in self.tokens[index + 1 : index + 7]:
            if isinstance(token, Level):
                return True
            if token.kind not in ("subject", "unit", "filler", "none", "word", "assess"):
                return False
        return False

    def _none_of(self, index: int, segment: int) -> None:
        """ "không chi bộ nào": a zero without "có"."""
        before = self.tokens[index - 1] if index else None
        if before is None or before.kind not in ("subject", "unit") or index < 2:
            return
        lead = self.tokens[index - 2]
        if lead.kind == "word" and lead.code.split()[-1] == "không":
            mark = Token("zero", "zero", lead.end - 5, lead.end)
            self.slots.append(Slot(index - 2, mark, 0.0, False, segment=segment, zero=True))

    def _zones(self) -> None:
        """Splits the sentence's tokens among its numbers, at the strongest mark between two."""
        edges = [0]
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            edges.append(self._edge(left.index, right.index))
        edges.append(len(self.tokens))
        for position, slot in enumerate(self.slots):
            slot.zone = (edges[position], edges[position + 1])
            opening = self._enclosing(slot.index)
            slot.in_paren = opening >= 0

    def _edge(self, left: int, right: int) -> int:
        kinds = [token.kind for token in self.tokens[left + 1 : right]]
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
        return right

    def _enclosing(self, index: int) -> int:
        for opening, closing in self.parens.items():
            if opening < index < closing:
                return opening
        return -1

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

    def _counts_of_shares(self) -> None:
        """ "20% tổ chức cơ sở đảng (12 tổ chức) hoàn thành tốt": the count in brackets has the level of the share."""
        for left, right in zip(self.slots, self.slots[1:], strict=False):
            told = isinstance(left.topic, Level) and left.side == "right" and left.percent and not left.in_paren
            if not told or right.percent or not right.in_paren or right.unit is None or right.topic is not None:
                continue
            opens = right.index - 1 == left.after and self.tokens[right.index - 1].kind == "("
            if opens and right.after < len(self.tokens) and self.tokens[right.after].kind == ")":
                right.topic, right.side = left.topic, "left"

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
        if index >= len(self.tokens):
            return
        token = self.tokens[index]
        if token.kind in ("subject", "unit") and self._of_those_rated(slot, index):
            return
        if token.kind in ("subject", "unit"):
            slot.unit = token
            slot.after = index + 1
            if slot.after < len(self.tokens) and self.tokens[slot.after].kind == "above":
                slot.comparator = "ge"
        elif token.kind == "scope" and not slot.percent:
            counted = counted_scope(self.page.folded[token.start : token.end])
            if counted:
                slot.unit = Subject("subject", counted, token.start, token.end)
            slot.stranger = not counted
        elif token.kind in ("word", "orgname"):
            slot.stranger = True

    def _of_those_rated(self, slot: Slot, index: int) -> bool:
        """ "83% số người được đánh giá": names the base, not who is counted."""
        between = {token.kind for token in self.tokens[slot.index + 1 : index]}
        if not slot.percent or not between & {"filler", "among", "hundred"}:
            return False
        after = self.tokens[index + 1 : index + 3]
        return bool(after) and after[0].kind == "assess" and not any(isinstance(token, Level) for token in after)

    def _topic(self, slot: Slot) -> None:
        """Level or verb: to the right within the clause, else to the left."""
        if self._changes(slot):
            slot.reason = "change"
            return
        right, tight_right = self._look_right(slot)
        left, tight_left = self._look_left(slot)
        if slot.stranger and isinstance(right, Level) and right.full:
            self._territory_counted(slot)
        praised = self._then_rewarded(slot, right)
        if isinstance(right, Level) and self._rewarded(slot, left):
            slot.topic, slot.side = left, "left"
        elif praised is not None:
            slot.topic, slot.side = praised, "right"
        elif right is not None and not (isinstance(left, Level) and tight_left and not tight_right):
            slot.topic, slot.side = right, "right"
        elif left is not None:
            slot.topic, slot.side = left, "left"

    def _territory_counted(self, slot: Slot) -> None:
        """ "4 quận, huyện hoàn thành tốt nhiệm vụ": their governments are what is rated."""
        token = self.tokens[slot.after] if slot.after < len(self.tokens) else None
        code = GOVERNMENT_OF.get(self.page.folded[token.start : token.end], "") if token is not None else ""
        if token is not None and token.kind == "scope" and code:
            slot.unit, slot.stranger = Subject("subject", code, token.start, token.end), False

    def _rewarded(self, slot: Slot, left: Token | None) -> bool:
        """A level said of those who are rewarded is the ground of the reward, no rating."""
        if left is None or left.kind != "indicator" or left.code != "award":
            return False
        between = self.tokens[slot.index - 8 if slot.index > 8 else 0 : slot.index]
        after = [token for token in between if token.start >= left.end]
        return not any(token.kind in (":", "have", "assess") for token in after)

    def _then_rewarded(self, slot: Slot, level: Token | None) -> Token | None:
        """ "N đảng viên hoàn thành xuất sắc nhiệm vụ được khen thưởng": the level is the ground of the reward."""
        if not isinstance(level, Level) or slot.percent:
            return None
        place = next((index for index, token in enumerate(self.tokens) if token is level), -1)
        for token in self.tokens[place + 1 : place + 11]:
            if token.kind == "indicator" and token.code == "award":
                words = self.page.folded[level.end : token.end]
                return token if "được" in words and "," not in words else None
            if token.kind not in ("filler", "word", "period", "scope", "subject", "unit", "orgname", "reported", "year",
                                  "masked", "(", ")"):  # fmt: skip
                return None
        return None

    def _changes(self, slot: Slot) -> bool:
        index = slot.index - 1
        while index >= 0 and self.tokens[index].kind in ("before", "filler", "versus", "period", "every"):
            if self.tokens[index].kind == "period" and self.tokens[index].code not in ("last_year", "year"):
                return False
            index -= 1
        if index >= 0 and self.tokens[index].kind == "change":
            return True
        return index >= 0 and index < slot.index - 1 and self.tokens[index + 1].kind == "versus"

    def _look_right(self, slot: Slot) -> tuple[Token | None, bool]:
        tokens = self.tokens
        index = max(slot.index + 1, slot.after if slot.unit is not None else slot.index + 1)
        figure = slot.figure
        tight = True
        while index < len(tokens):
            token = tokens[index]
            kind = token.kind
            if kind == "planpart" and not (slot.percent and index <= slot.index + 3):
                index += 1
                continue
            if isinstance(token, Level) or kind in ("indicator", "trap", "same", "planpart", "rule"):
                if isinstance(token, Level) and not token.full and not tight:
                    return None, tight
                return token, tight
            if kind == "(":
                closing = self.parens.get(index)
                if closing is None or slot.in_paren:
                    return None, tight
                index = closing + 1
                continue
            if kind == "number":
                if isinstance(figure, Figure) and token is figure.total:
                    index += 1
                    continue
                if isinstance(figure, Figure) and figure.ends_range == "low" and index <= slot.index + 3:
                    index += 1
                    continue
                return None, tight
            if kind in (",", "and"):
                if not self._list_comma(index):
                    return None, tight
            elif (kind == "within" and index == slot.index + 1) or self._opens_level(index):
                pass
            elif kind not in THROUGH_RIGHT:
                return None, tight
            elif kind == "word":
                tight = False
            index += 1
        return None, tight

    def _list_comma(self, index: int) -> bool:
        """Whether a comma or "and" joins parts of one name rather than two statements."""
        if index + 1 >= len(self.tokens) or index == 0:
            return False
        before, after = self.tokens[index - 1], self.tokens[index + 1]
        if after.kind == "filler" and index + 2 < len(self.tokens):
            after = self.tokens[index + 2]
        named = ("scope", "orgname", "subject", "unit")
        if before.kind in named and after.kind in named:
            return True
        if self.tokens[index].kind == "and":
            return after.kind in ("indicator", "assess", "word") and before.kind != "number"
        return before.kind in (*named, "word") and after.kind in ("assess", "link") and self._joined_verb(index + 1)

    def _opens_level(self, index: int) -> bool:
        """Whether a colon only parts the verb from its level ("xếp loại: hoàn thành tốt nhiệm vụ")."""
        if self.tokens[index].kind != ":" or self.tokens[index - 1].kind != "assess":
            return False
        token = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return isinstance(token, Level) and token.full

    def _joined_verb(self, index: int) -> bool:
        """A verb after a comma that still speaks of the number before ("..., được xếp loại hoàn thành tốt")."""
        follows = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return self.tokens[index].kind == "assess" and isinstance(follows, Level)

    def _look_left(self, slot: Slot) -> tuple[Token | None, bool]:
        tokens = self.tokens
        index = slot.index - 1
        tight = True
        linked = False
        while index >= 0:
            token = tokens[index]
            kind = token.kind
            if isinstance(token, Level):
                if not token.full and not tight:
                    return None, tight
                return token, tight and not linked
            if kind in ("indicator", "trap", "rule"):
                return token, tight
            if kind == ")":
                opening = next((low for low, high in self.parens.items() if high == index), None)
                if opening is None:
                    return None, tight
                levels = [item for item in tokens[opening:index] if isinstance(item, Level)]
                if levels and index == slot.index - 1:
                    return levels[-1], True
                index = opening - 1
                continue
            if kind == "(":
                if not slot.in_paren:
                    return None, tight
                index -= 1
                continue
            if kind in (",", "and"):
                if not linked and not self._list_comma(index):
                    return None, tight
            elif kind == "link" or (kind == "becomes" and not slot.in_paren):
                linked = True
                slot.linked = True
            elif kind == "number" and self._low_end(token, slot):
                pass
            elif kind == "respectively" or kind not in THROUGH_LEFT:
                return None, tight
            elif kind == "word":
                tight = False
            index -= 1
        return None, tight

    def _low_end(self, token: Token, slot: Slot) -> bool:
        """Whether a number is the low end of the range whose high end the slot is ("hoàn thành tốt 15-20%")."""
        figure = slot.figure
        ends = isinstance(token, Figure) and token.ends_range == "low"
        return ends and isinstance(figure, Figure) and figure.ends_range == "high"

    def _link_share(self, slot: Slot) -> None:
        """A percent after "chiếm", "đạt tỷ lệ" or in brackets belongs to the number before it."""
        if not slot.percent or slot.reason or slot.reading:
            return
        position = self.slots.index(slot)
        if slot.topic is None and names_next_subject(self.page, self.tokens[slot.zone[0] : slot.index]):
            return
        owner = self._owner(position)
        if owner is None or (slot.unit is not None and slot.unit.kind == "subject" and not self._base_phrase(slot)):
            return
        if slot.side == "right" and not isinstance(slot.topic, Level) and slot.topic is not None:
            if slot.topic.kind in ("indicator", "trap") and not slot.in_paren:
                return
            if slot.topic.kind == "planpart":
                slot.reason = "plan_ratio"
                return
        rated = slot.side == "right" and isinstance(slot.topic, Level)
        if rated and not slot.in_paren and not self._base_phrase(slot):
            return
        if slot.side == "left" and isinstance(slot.topic, Level) and slot.topic is not owner.topic:
            between = self.tokens[owner.index : slot.index]
            if slot.topic in between and not (self._base_phrase(slot) or self._is_base(slot.topic)):
                return
        slot.share_of = owner.share_of or owner
        slot.reading = "share_of_count" if not owner.percent else "share_again"

    def _base_phrase(self, slot: Slot) -> bool:
        after = slot.index + 1
        if after < len(self.tokens) and self.tokens[after].kind in ("among", "base_all", "versus"):
            return True
        return (
            slot.linked
            and after + 1 < len(self.tokens)
            and self.tokens[after].kind == "filler"
            and self.tokens[after + 1].kind in ("subject", "assess", "level")
        )

    def _owner(self, position: int) -> Slot | None:
        """The number a linked or bracketed percent speaks of: the nearest before it in the same segment."""
        slot = self.slots[position]
        before = slot.index - 1
        while before >= 0 and self.tokens[before].kind in ("before", "filler"):
            before -= 1
        lead = self.tokens[before].kind if before >= 0 else ""
        tied = lead in ("link", "(", "becomes") or (slot.in_paren and lead in ("period", "target", ":"))
        if not tied and not (lead == "," and slot.unit is None and not isinstance(slot.topic, Level)):
            return None
        for other in reversed(self.slots[:position]):
            if other.segment != slot.segment:
                return None
            if other.reason == "change" or other.role == "denominator" or (other.in_paren and not slot.in_paren):
                continue
            if isinstance(other.figure, Figure) and other.figure.part is not None:
                continue
            if other.percent and not slot.in_paren and other.share_of is None and not self._base_between(other, slot):
                return None
            return other
        return None

    def _is_base(self, topic: Token) -> bool:
        """Whether a level is what a share is taken of ("nếu tính trên số hoàn thành tốt")."""
        index = next((place for place, token in enumerate(self.tokens) if token is topic), 0) - 1
        while index >= 0 and self.tokens[index].kind in ("filler", "subject", "unit"):
            index -= 1
        if index < 0:
            return False
        lead = self.tokens[index]
        return lead.kind in ("among", "versus") or self.page.folded[lead.start : lead.end] in ("trên", "tính trên")

    def _base_between(self, first: Slot, second: Slot) -> bool:
        between = self.tokens[first.index : second.index]
        if any(token.kind in ("among", "base_all", "versus") for token in between) or self._base_phrase(second):
            return True
        return any(isinstance(token, Level) and self._is_base(token) for token in between)
