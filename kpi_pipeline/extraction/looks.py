"""Looking right and left of a number for the level or verb it stands with.

Belongs here: what a look passes and what ends it. Does not belong here: which of the two looks counts (topics).
"""

from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level
from kpi_pipeline.extraction.other_matters import names_matter, says_more
from kpi_pipeline.extraction.slots import (
    THROUGH_LEFT,
    THROUGH_RIGHT,
    Slot,
    names_plan,
)
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.codes import NOT_ASSESSED, join_levels
from kpi_pipeline.reference.folding import fold

_PASSED_RIGHT = THROUGH_RIGHT - {"word", "same"}
_PASSED_LEFT = THROUGH_LEFT - {"word", "link", "becomes"}
"""What a look to the right or left passes whatever else stands there."""
_THEN = (fold("thì"),)
"""What opens the clause that tells of the number: "20 tổ chức được xếp loại thì hoàn thành tốt là 15"."""
_OF_LISTED = frozenset(("number", "/", "have", "link", ":", "-", "before", "filler"))
"""What may stand between a level and the unit of its number."""
_OF_TREND = frozenset(("change", "every", "word", "filler"))
_BEHIND_TREND = frozenset((",", "(", ":"))
_DATED_BEHIND = (["before", "number", "period"], ["number", "(", "period"])
_LETTERS = frozenset(("a", "b", "c", "d", "a1", "a2"))
_HEADS_LEVEL = frozenset(("subject", "unit", "scope"))
_FOUNDED = fold("thành lập")
_SAYS_SHARE = frozenset(("link", "before", "becomes"))
ALL_THERE_ARE = (fold("nâng tổng số"), fold("đưa tổng số"), fold("nâng tổng"))
"""Verbs whose number is how many there are now, whatever was told before ("kết nạp 20 ... nâng tổng số lên 300")."""


class Looker:
    """Looks to both sides of the numbers of one sentence."""

    def __init__(self, page: Page, tokens: list[Token], kinds: frozenset[str]) -> None:
        self.page = page
        self.tokens = tokens
        self.kinds = kinds
        self.slots: list[Slot] = []
        self.parens: dict[int, int] = {}

    def _look_right(self, slot: Slot) -> tuple[Token | None, bool]:
        tokens = self.tokens
        index = max(slot.index + 1, slot.after if slot.unit is not None else slot.index + 1)
        figure = slot.figure
        tight = True
        while index < len(tokens):
            token = tokens[index]
            kind = token.kind
            if kind in _PASSED_RIGHT:
                index += 1
                continue
            if kind == "planpart" and not (slot.percent and index <= slot.index + 3):
                index += 1
                continue
            if isinstance(token, Level) or kind in ("indicator", "trap", "same", "planpart", "rule"):
                if isinstance(token, Level) and not token.full and not tight:
                    return None, tight
                return token, tight
            if kind == "(":
                closing = self.parens.get(index)
                if closing == index + 2 and isinstance(tokens[index + 1], Level) and self._lettered(index - 1):
                    return tokens[index + 1], True
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
                if not self._list_comma(index) or self._ends_what_there_is(slot, index):
                    return None, tight
            elif (kind == "within" and index in (slot.index + 1, slot.after)) or self._leads_on(index):
                pass
            elif kind not in THROUGH_RIGHT:
                return None, tight
            elif kind == "word":
                if token.code.endswith(_THEN):
                    return None, tight
                tight = False
            index += 1
        return None, tight

    def _lettered(self, index: int) -> bool:
        """ "xếp loại A (hoàn thành xuất sắc nhiệm vụ)": whether a letter stands for the level in brackets."""
        token = self.tokens[index]
        return token.kind == "word" and token.code.split(" ")[-1] in _LETTERS

    def _next_listed(self, comma: int) -> bool:
        """ "đảng viên hoàn thành tốt: 13 đồng chí, đảng viên hoàn thành ...": whether a level told before its number is
        followed by the next one."""
        index = comma - 2
        if not any(isinstance(token, Level) for token in self.tokens[comma + 2 : comma + 3]):
            return False
        while index >= 0 and self.tokens[index].kind in _OF_LISTED:
            index -= 1
        return 0 <= index < comma - 2 and isinstance(self.tokens[index], Level)

    def _list_comma(self, index: int) -> bool:
        """Whether a comma or "and" joins parts of one name rather than two statements."""
        if index + 1 >= len(self.tokens) or index == 0:
            return False
        before, after = self.tokens[index - 1], self.tokens[index + 1]
        if after.kind == "filler" and index + 2 < len(self.tokens):
            if self.tokens[index].kind == "," and self.page.folded[after.start : after.end] == "số":
                return False
            after = self.tokens[index + 2]
        named = ("scope", "orgname", "subject", "unit")
        if before.kind in ("unit", "subject") and after.kind in _HEADS_LEVEL and self._next_listed(index):
            return False
        if before.kind in named and after.kind in named:
            return before.kind != "subject" or before.code != after.code
        if self.page.folded.startswith("hoặc", self.tokens[index].start) and isinstance(after, Level):
            return True
        if self.tokens[index].kind == "and":
            return after.kind in ("indicator", "assess", "word") and before.kind != "number"
        return (
            before.kind in (*named, "word", "assess")
            and after.kind in ("assess", "link")
            and self._joined_verb(index + 1)
        )

    def _ends_what_there_is(self, slot: Slot, index: int) -> bool:
        """ "Đảng bộ có 5 chi bộ, 61 đảng viên, được xếp loại tốt": what is told behind the list is told of the body."""
        earlier = next((other for other in reversed(self.slots) if other.index < slot.index), None)
        verb = self.tokens[index].kind == "," and self.tokens[index + 1].kind in ("assess", "filler")
        if not verb or earlier is None or earlier.unit is None or earlier.topic is not None or slot.unit is None:
            return False
        between = {token.kind for token in self.tokens[earlier.after : slot.index]}
        return between <= {",", "and", "before", "filler"} and earlier.unit.code != slot.unit.code

    def _leads_on(self, index: int) -> bool:
        """Whether a word that else ends the look to the right only leads to the level behind it."""
        return self._opens_level(index) or self._rises_to(index) or self._too_new(index)

    def _opens_level(self, index: int) -> bool:
        """Whether a colon only parts the verb from its level ("xếp loại: hoàn thành tốt nhiệm vụ")."""
        if self.tokens[index].kind != ":" or self.tokens[index - 1].kind != "assess":
            return False
        token = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return isinstance(token, Level) and token.full and not self._numbered(index + 2)

    def _numbered(self, index: int) -> bool:
        """Whether the level before a place has a number of its own in its clause: the one before is no count."""
        for place, token in enumerate(self.tokens[index:], index + 1):
            listed = token.kind == "and" and isinstance(next(iter(self.tokens[place : place + 1]), None), Level)
            if token.kind in (",", ";", "number") or (token.kind == "and" and not listed):
                return token.kind == "number"
        return False

    def _rises_to(self, index: int) -> bool:
        """ "8 chi bộ vươn lên hoàn thành xuất sắc nhiệm vụ": a level, no number, says where they came to."""
        if self.tokens[index].kind != "becomes" or index + 1 >= len(self.tokens):
            return False
        token = self.tokens[index + 1]
        return isinstance(token, Level) and token.full and not self._opens_list(index + 2)

    def _opens_list(self, index: int) -> bool:
        """Whether the level before a place has a number of its own, and others follow ("... chiếm 25,5%; tốt ...")."""
        while index < len(self.tokens) and self.tokens[index].kind in ("link", "filler", "before", ":"):
            index += 1
        rest = self.tokens[index:]
        return bool(rest) and rest[0].kind == "number" and any(isinstance(token, Level) for token in rest)

    def _too_new(self, index: int) -> bool:
        """ "11 tổ chức mới thành lập chưa xếp loại": a foundation is told as the reason, not to compare."""
        if self.page.folded[self.tokens[index].start : self.tokens[index].end] != _FOUNDED:
            return False
        following = next((token for token in self.tokens[index + 1 : index + 3] if token.kind != "word"), None)
        return isinstance(following, Level) and following.levels == (NOT_ASSESSED,)

    def _joined_verb(self, index: int) -> bool:
        """A verb after a comma that still speaks of the number before ("..., được xếp loại hoàn thành tốt")."""
        follows = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return self.tokens[index].kind == "assess" and isinstance(follows, Level)

    def _behind_trend(self, slot: Slot, index: int, linked: bool) -> int:
        """Where words of a trend begin that a mark and a year follow; 0 for none.

        "tỷ lệ ... đều tăng, năm 2023 chiếm 94%", "... hằng năm đều tăng (năm 2022: 91%, ...)", "... tăng qua các năm:
        91% (2022), ...", "..., từ 91% năm 2022 đến 94% năm 2023".
        """
        behind = [token.kind for token in self.tokens[index + 1 : index + 4]]
        led = linked or self.tokens[index].kind != ","
        dated = led and (behind[:1] == ["period"] or behind[:2] == ["within", "period"])
        if not (dated or behind in _DATED_BEHIND):
            return 0
        if any(token.kind in ("word", "trap", "subject") for token in self.tokens[index + 1 : slot.index]):
            return 0
        place = index - 1
        while place > 0 and self.tokens[place].kind in _OF_TREND:
            place -= 1
        trend = {token.kind for token in self.tokens[place + 1 : index]}
        return place + 1 if "change" in trend and isinstance(self.tokens[place], Level) else 0

    def _look_left(self, slot: Slot) -> tuple[Token | None, bool]:
        tokens = self.tokens
        index = slot.index - 1
        tight = True
        linked = False
        while index >= 0:
            token = tokens[index]
            kind = token.kind
            if kind in _BEHIND_TREND and slot.percent and (place := self._behind_trend(slot, index, linked)):
                index = place - 1
                continue
            if kind in _PASSED_LEFT:
                index -= 1
                continue
            if isinstance(token, Level) and slot.percent and (place := self._compared_with(index)):
                slot.base, index = join_levels(token.levels), place
                continue
            if kind == "planpart" and slot.percent and index and tokens[index - 1].kind == ":":
                index -= 1
                continue
            if isinstance(token, Level):
                if (not token.full and not tight) or self._of_nobody(slot, token):
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
                if not slot.in_paren or self._told_aside(slot):
                    return None, tight
                index -= 1
                continue
            if kind in (",", "and"):
                if (
                    (not linked and not self._list_comma(index))
                    or self._of_others(slot, index)
                    or self._beside(slot, index)
                ):
                    return None, tight
            elif kind == "becomes" and self.page.folded.endswith(ALL_THERE_ARE, token.start, token.end):
                return None, tight
            elif kind == "link" or (kind == "becomes" and not slot.in_paren):
                linked = True
                slot.linked = True
            elif kind == "number" and self._low_end(token, slot):
                pass
            elif kind == "within" and linked and tokens[index + 1].kind == "period":
                pass  # "..., riêng năm 2023 đạt 94%"
            elif kind == "number" and linked and self._came_to(slot, index):
                index -= 1
            elif kind == "respectively" or kind not in THROUGH_LEFT or self._names_plan(slot, token):
                return None, tight
            elif kind == "word":
                tight = False
            index -= 1
        return None, tight

    def _came_to(self, slot: Slot, index: int) -> bool:
        """ "số đảng viên ... tăng 13 đồng chí, đạt 195 đồng chí": whether a number is what a change came to."""
        change = self.tokens[index]
        less = isinstance(change, Figure) and not change.percent and change.value < slot.value
        return self.tokens[index - 1].kind == "change" and (slot.percent or less)

    def _compared_with(self, index: int) -> int:
        """ "tỷ lệ xuất sắc so với số hoàn thành tốt nhiệm vụ là 17%": where the level stands whose share is taken of
        the one at a place; 0 for none."""
        place = index - 1
        while place > 0 and self.tokens[place].kind in ("filler", "subject", "unit", "among", "base_all", "link"):
            place -= 1
        compared = place > 0 and self.tokens[place].kind == "versus"
        return place - 1 if compared and isinstance(self.tokens[place - 1], Level) else 0

    def _beside(self, slot: Slot, index: int) -> bool:
        """Whether a mark parts a share from a level that has a number of its own."""
        level = self.tokens[index - 1] if index else None
        counted = any(other.topic is level and other.side == "right" for other in self.slots if other is not slot)
        return counted and self._of_other_matter(slot)

    def _of_other_matter(self, slot: Slot) -> bool:
        """ "12 xã hoàn thành tốt nhiệm vụ, độ che phủ rừng đạt 45%": words behind a mark say what the share is of."""
        zone = self.tokens[slot.zone[0] : slot.index]
        if not slot.percent or len(zone) < 3 or zone[0].kind != "," or zone[-1].kind not in _SAYS_SHARE:
            return False
        return names_matter(self.page, zone[1:])

    def _of_nobody(self, slot: Slot, level: Token) -> bool:
        """ "Không có chi hội yếu kém, hội viên gương mẫu đạt 96%": a level that nobody is on has no share."""
        before = [other for other in self.slots if other is not slot and other.figure.start < level.start]
        nobody = bool(before) and before[-1].zero and before[-1].topic is None
        return slot.value > 0 and (nobody or any(other.zero and other.topic is level for other in self.slots))

    def _of_others(self, slot: Slot, index: int) -> bool:
        """ "..., hội viên gương mẫu đạt 96%": behind a mark, others of whom words say something that is no level."""
        rest = self.tokens[index + 1 : slot.index]
        if not slot.percent or not rest or rest[0].kind not in ("subject", "unit"):
            return False
        return says_more(self.page, rest)

    def _told_aside(self, slot: Slot) -> bool:
        """ "120 chi bộ hoàn thành nhiệm vụ (96 đảng viên vắng họp)": brackets that tell something else of others."""
        if slot.percent or slot.unit is None or slot.unit.kind != "subject" or slot.after >= len(self.tokens):
            return False
        return self.tokens[slot.after].kind == "word"

    def _names_plan(self, slot: Slot, token: Token) -> bool:
        """ "(KH 95%)": words in brackets that make the number the plan's."""
        inside = slot.in_paren and token.kind == "word"
        return inside and names_plan(self.page.folded[token.start : token.end])

    def _low_end(self, token: Token, slot: Slot) -> bool:
        """Whether a number is the low end of the range whose high end the slot is ("hoàn thành tốt 15-20%")."""
        figure = slot.figure
        ends = isinstance(token, Figure) and token.ends_range == "low"
        return ends and isinstance(figure, Figure) and figure.ends_range == "high"
