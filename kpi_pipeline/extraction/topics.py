"""Which level or verb a number stands with.

Belongs here: which of the words right and left of a number in its clause counts. Does not belong here: how far a look
goes (looks), what stands directly at the number (binding), levels shared by several numbers (coordination).
"""

from kpi_pipeline.extraction.joined import Level
from kpi_pipeline.extraction.looks import Looker
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.rated_nouns import COMMUNES
from kpi_pipeline.extraction.slots import (
    OFFICES,
    OPENS_CLAUSE,
    Slot,
    counts_territories,
    of_others,
)
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.reference.folding import fold

_WITH = fold("với")
_ALL_OF = (fold("toàn "), fold("cả "))
_BODIES = frozenset(("scope", "orgname"))
_IN_NAME = _BODIES | {"word"}
_PARTY_OF = frozenset(("subordinate_party_cell", "party_committee"))
_OUT_OF = (fold("trong"), fold("trên"))


class TopicReader(Looker):
    """Finds the topic of each number of one sentence."""

    def _topic(self, slot: Slot) -> None:
        """Level or verb: to the right within the clause, else to the left."""
        if self._changes(slot):
            slot.reason = "change"
            return
        right, tight_right = self._look_right(slot)
        left, tight_left = self._look_left(slot)
        if slot.in_paren and slot.unit is not None and not slot.percent and self._has_number(slot, left):
            left = None
        if right is None and isinstance(left, Level) and self._comes_with(slot, left):
            slot.reason = "ambiguous"
            return
        rated = right if right is not None else left
        if isinstance(rated, Level) and rated.full:
            if slot.unit is not None and self.page.folded.startswith(OFFICES, slot.unit.start):
                slot.stranger = of_others(self.page, self.tokens, slot.index)
            elif slot.unit is not None and self.page.folded.startswith(COMMUNES, slot.unit.start):
                slot.stranger = not counts_territories(self.page, self.tokens, slot.index, rated)
        praised = self._then_rewarded(slot, right)
        if isinstance(right, Level) and isinstance(left, Level) and self._of_those(slot):
            right = None
        if isinstance(right, Level) and self._rewarded(slot, left):
            slot.topic, slot.side = left, "left"
        elif praised is not None:
            slot.topic, slot.side = praised, "right"
        elif right is not None and not (isinstance(left, Level) and tight_left and not tight_right):
            slot.topic, slot.side = right, "right"
        elif isinstance(left, Level) and not slot.percent and self._out_of(slot):
            slot.role = "denominator"
        elif left is not None:
            slot.topic, slot.side = left, "left"

    def _of_those(self, slot: Slot) -> bool:
        """ "xuất sắc bằng 20% số chi bộ hoàn thành tốt nhiệm vụ": the share is of the level told before its link."""
        bound = slot.linked or self.tokens[slot.index - 1].kind == "before"  # "... không quá 20% số hoàn thành tốt"
        if not slot.percent or not bound or slot.index + 1 >= len(self.tokens):
            return False
        after = self.tokens[slot.index + 1]
        return after.kind == "among" or self.page.folded[after.start : after.end] in ("số", "tổng số")

    def _has_number(self, slot: Slot, level: Token | None) -> bool:
        """ "5 đảng bộ hoàn thành tốt nhiệm vụ gồm: xã A (12 chi bộ)": the level is that of an earlier number."""
        earlier = self.slots[: self.slots.index(slot)]
        return isinstance(level, Level) and any(other.topic is level and other.side == "right" for other in earlier)

    def _out_of(self, slot: Slot) -> bool:
        """ "14 đảng viên hoàn thành tốt nhiệm vụ trên tổng số 75 đảng viên": 75 is the whole."""
        lead, before = self.tokens[slot.index - 1], self.tokens[slot.index - 2 : slot.index - 1]
        if lead.kind != "among" or [token.kind for token in before] == ["/"]:  # "... nhiệm vụ/tổng số 75 đảng viên"
            return lead.kind == "among"
        rated = any(isinstance(token, Level) for token in before)
        return self.page.folded.startswith(("trên tổng", *(_OUT_OF if rated else ())), lead.start)

    def _comes_with(self, slot: Slot, level: Level) -> bool:
        """ "Đảng bộ xã hoàn thành tốt nhiệm vụ với 12 chi bộ", "... có 12 chi bộ": how large the rated body is."""
        if slot.percent or slot.unit is None:
            return False
        lead = slot.index - 1
        while self.tokens[lead].kind in ("before", "filler"):
            lead -= 1
        place = next((index for index, token in enumerate(self.tokens) if token is level), 0)
        if self.page.folded[self.tokens[lead].start : self.tokens[lead].end] != _WITH:
            return self.tokens[lead].kind == "have" and lead == place + 1 and self._body_rated(place - 1)
        rated = self.tokens[place - 1] if place else None
        return rated is not None and rated.kind not in OPENS_CLAUSE and rated.code != slot.unit.code

    def _body_rated(self, place: int) -> bool:
        """Whether one body opens its clause at a place; "tại Đảng bộ xã", "toàn huyện" only say where."""
        while place > 0 and self.tokens[place].kind in _IN_NAME and self.tokens[place - 1].kind in _BODIES:
            place -= 1
        body = self.tokens[place] if place >= 0 else None
        place -= place > 0 and self.tokens[place - 1].code in _PARTY_OF
        if body is None or body.kind not in _BODIES or self.page.folded.startswith(_ALL_OF, body.start):
            return False
        return not place or self.tokens[place - 1].kind in OPENS_CLAUSE

    def _rewarded(self, slot: Slot, left: Token | None) -> bool:
        """A level said of those who are rewarded is the ground of the reward, no rating."""
        if left is None or left.kind != "indicator" or left.code != "award":
            return False
        between = self.tokens[slot.index - 8 if slot.index > 8 else 0 : slot.index]
        after = [token for token in between if token.start >= left.end]
        return not any(token.kind in (":", "have", "assess") for token in after)

    def _then_rewarded(self, slot: Slot, level: Token | None) -> Token | None:
        """ "N đảng viên hoàn thành xuất sắc nhiệm vụ được khen thưởng": the level is the ground of the reward."""
        if "indicator" not in self.kinds or not isinstance(level, Level) or slot.percent:
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
            if self.tokens[index].kind == "before" and self._compares_year(index + 1):
                return True
            index -= 1
        if index >= 0 and self.tokens[index].kind == "change":
            return True
        return index >= 0 and index < slot.index - 1 and self.tokens[index + 1].kind == "versus"

    def _compares_year(self, index: int) -> bool:
        """ "hơn năm 2021 4%": whether the period at a place is only compared with."""
        token = self.tokens[index] if index < len(self.tokens) else None
        return isinstance(token, Period) and token.versus
