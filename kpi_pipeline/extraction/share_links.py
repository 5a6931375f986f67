"""Which number a percent speaks of.

Belongs here: percents after "chiếm", "đạt tỷ lệ" or in brackets, and their bases. Does not belong here: what the share
then states (shares).
"""

import re

from kpi_pipeline.extraction.coordination import names_next_subject
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level
from kpi_pipeline.extraction.other_matters import names_matter
from kpi_pipeline.extraction.slots import WHOLE, Slot
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.extraction.topics import TopicReader
from kpi_pipeline.reference.folding import fold

_RULED = (fold("quy định ("), fold("hướng dẫn ("))
"""What brackets with the bound of a rule stand behind ("bảo đảm tỷ lệ theo quy định (20%)")."""
_OTHER_MATTER = frozenset(("trap", "indicator", "subject", "masked", "number"))
_MET = re.compile(fold(r"(?<!\w)(?:đã|được)(?: được)? (?:thực hiện|hoàn thành|đạt|vượt)[^,;()]{0,20}\($"))


class ShareLinker(TopicReader):
    """Links the shares of one sentence to their numbers."""

    def _link_share(self, slot: Slot) -> None:
        """A percent after "chiếm", "đạt tỷ lệ" or in brackets belongs to the number before it."""
        if not slot.percent or slot.reason or slot.reading:
            return
        if slot.in_paren and self.page.folded.endswith(_RULED, 0, slot.figure.start):
            slot.reason = "threshold"
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
        if owner.percent and self._of_next_subject(slot, owner):
            return
        counted = owner.share_of or owner
        if counted.side == "right" and isinstance(counted.topic, Level) and self._of_other_matter(slot):
            slot.topic = None if slot.topic is owner.topic else slot.topic
            return
        rated = slot.side == "right" and isinstance(slot.topic, Level)
        beside = rated and slot.index + 1 < len(self.tokens) and self.tokens[slot.index + 1] is slot.topic
        if rated and (beside or not slot.in_paren) and not self._base_phrase(slot):
            return
        if slot.side == "left" and isinstance(slot.topic, Level) and slot.topic is not owner.topic:
            between = self.tokens[owner.index : slot.index]
            if slot.topic in between and not self._is_base(slot.topic):
                return
        if slot.in_paren and owner.percent and self._asked_before(slot):
            if slot.value > WHOLE or self._asks_another(slot):
                slot.reason, slot.topic = "plan_ratio", None
                return
            slot.like, slot.reading, slot.topic = owner, "target_beside", None
            return
        if slot.in_paren and owner.percent and "target" in self.kinds and self._met_before(slot, owner):
            slot.like, slot.reading, slot.topic = owner, "result_beside", None
            return
        slot.share_of = owner.share_of or owner
        slot.reading = "share_of_count" if not owner.percent else "share_again"

    def _asked_before(self, slot: Slot) -> bool:
        """ "..., vượt chỉ tiêu nghị quyết đề ra (từ 90% trở lên)": the brackets hold what was asked."""
        opening = self._enclosing(slot.index)
        if opening < 1 or any(
            token.kind not in ("before", "filler") for token in self.tokens[opening + 1 : slot.index]
        ):
            return False
        alone = [token.kind for token in self.tokens[slot.after : slot.after + 1]] == [")"]
        return alone and self.tokens[opening - 1].kind in ("planref", "planpart", "target")

    def _asks_another(self, slot: Slot) -> bool:
        """ "..., thu ngân sách vượt chỉ tiêu (95%)": whether the part that names the plan tells of another matter."""
        low = opening = self._enclosing(slot.index)
        while low > 0 and self.tokens[low - 1].kind not in (",", ";"):
            low -= 1
        part = self.tokens[low : opening - 1]
        return not any(isinstance(token, Level) for token in part) and any(
            token.kind in _OTHER_MATTER for token in part
        )

    def _enclosing(self, index: int) -> int:
        """Where the brackets around a place open; -1 for none."""
        for opening, closing in self.parens.items():
            if opening < index < closing:
                return opening
        return -1

    def _met_before(self, slot: Slot, owner: Slot) -> bool:
        """ "chỉ tiêu 90% ... đã được thực hiện vượt (93,2%)": the brackets hold what became of what was asked."""
        return _MET.search(self.page.folded, owner.figure.end, slot.figure.start) is not None

    def _of_next_subject(self, slot: Slot, owner: Slot) -> bool:
        """ "95% chi bộ ..., đảng viên ... trong sản xuất đạt 96%": whether a share is told of others than the first."""
        zone = self.tokens[slot.zone[0] : slot.index]
        named = len(zone) > 1 and zone[0].kind == "," and zone[1].kind == "subject"
        return named and owner.unit is not None and zone[1].code != owner.unit.code

    def _base_phrase(self, slot: Slot) -> bool:
        after = slot.index + 1
        dated = after + 1 < len(self.tokens) and self.tokens[after + 1].kind == "period"  # "so với năm 2021"
        if after < len(self.tokens) and self.tokens[after].kind in ("among", "base_all", "versus") and not dated:
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
        if lead == "-" and position and slot.topic is None:  # "hoàn thành tốt nhiệm vụ - 13 chi bộ - 20%"
            tied = self.slots[position - 1].side == "left" and self.slots[position - 1].after == before
        if not tied and not (lead == "," and slot.unit is None and not isinstance(slot.topic, Level)):
            return None
        beside = self.tokens[slot.index + 1].kind if slot.index + 1 < len(self.tokens) else ""
        if lead == "," and (slot.stranger or beside in ("scope", "orgname")):
            return None
        for other in reversed(self.slots[:position]):
            if other.segment != slot.segment or (other.zero and slot.value):
                return None
            if other.reason == "change" and slot.in_paren and self._changes_another(other):
                return None
            if other.reason == "change" or other.role == "denominator" or (other.in_paren and not slot.in_paren):
                continue
            if not other.percent and self._out_of(other):
                continue
            if isinstance(other.figure, Figure) and other.figure.part is not None:
                continue
            if lead == "becomes" and other.percent and other.in_paren and slot.in_paren:
                return None  # "(từ 18,6% xuống 17,4%)"
            if other.in_paren and slot.in_paren and self._next_changes(other, slot):
                return None
            if other.percent and not slot.in_paren and other.share_of is None and not self._base_between(other, slot):
                return None
            return other
        return None

    def _next_changes(self, told: Slot, slot: Slot) -> bool:
        """ "(năm 2023: 91%), số đảng viên bị kỷ luật giảm (năm 2023: 1,2%)": whether others change between brackets."""
        between = [token.kind for token in self.tokens[told.index + 1 : slot.index]]
        return ")" in between and "change" in between and "subject" in between

    def _changes_another(self, change: Slot) -> bool:
        """ "..., tỷ lệ hộ nghèo giảm 2% (năm 2022: 8%)": whether another matter than the one rated has changed."""
        zone = self.tokens[change.zone[0] : change.index]
        said = zone[1:] if zone and zone[0].kind in (",", ";") else ()
        return len(said) > 1 and names_matter(self.page, said)

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
