"""Nouns that are counted subjects only where it is said how they were rated ("12 xã hoàn thành tốt nhiệm vụ").

Belongs here: finding such a noun beside a level, and the words around both that must allow it. Does not belong here:
the nouns (`rated.csv` of the lexicon), nouns that are subjects anywhere (`subjects.csv`), whose result it is (bodies).
"""

from bisect import bisect_left
from collections.abc import Sequence

from kpi_pipeline.extraction import rated_shapes as shapes
from kpi_pipeline.extraction.token import Token
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.lexicon import RATED_GROUP, look_up

GOVERNMENT = tuple(map(fold, ("ubnd", "ủy ban nhân dân", "uỷ ban nhân dân")))
"""Bodies that a territory stands for when it is rated ("UBND 2 huyện")."""
COMMUNES = ("xã, ", "phường, ")
"""How a list of territories opens that is one phrase of the lexicon."""

_MAY_BE = frozenset(("scope", "orgname", RATED_GROUP))
_NAMED_SO = _MAY_BE | {"person"}
_ASKED = _NAMED_SO | {"level", "assess", "short"}
_BETWEEN = frozenset(("assess", "link", "filler", "above", "becomes", "reported", "none"))
"""What may stand between those rated and their level."""
_LEADS = frozenset(("above", "have", "link", "filler", "assess", "before"))
_AROUND = frozenset(map(fold, ("tỉnh", "toàn tỉnh", "huyện", "toàn huyện", "thành phố", "toàn thành phố")))
_IS = fold(" là ")
_TELLS = frozenset(("level", "short", "assess"))
_OTHERS = frozenset(("person", "unit", "subject", "orgname", "scope"))
_PARTS = tuple(map(fold, (" thì", " rằng", " khi", " nên")))
"""Words before a number that open a clause: no noun whose places are counted."""
_STOPS = frozenset(".;\n")
_NEAR, _REACH, _STEPS, _FAR = 48, 160, 9, 24


def begins_name(text: str, folded: str, start: int) -> bool:
    """Whether a name in capitals begins at a place, not a level that is written so ("3 xã Hoàn thành tốt nhiệm vụ")."""
    return text[start : start + 1].isupper() and not folded.startswith(_LEVELS, start)


_LEVELS = tuple(map(fold, ("hoàn thành", "không hoàn thành", "chưa hoàn thành", "xuất sắc", "ht", "kht", "tsvm")))


def name_rated(folded: str, text: str, tokens: list[Token]) -> list[Token]:
    """The tags of a text, such nouns made subjects where a rating is said of them; those of `rated` alone left out."""
    asked = [
        (place, token.kind if token.kind != "unit" else "scope")
        for place, token in enumerate(tokens)
        if token.kind in _ASKED or (token.kind == "unit" and folded.startswith(COMMUNES, token.start))
    ]
    kinds = {kind for _, kind in asked}
    if _NAMED_SO.isdisjoint(kinds):
        return tokens
    reader = _Reader(folded, text, tokens, [place for place, kind in asked if kind in _MAY_BE])
    spans: dict[int, tuple[int, str]] = {}
    for place, kind in asked if reader.nouns or "person" in kinds else ():
        if kind == "level":
            if reader.first < place:
                reader.before_level(place, spans)
            if reader.noun_within(place + 1, place + _STEPS):
                reader.behind(place, spans)
        elif kind == "short":
            reader.shortened(place, spans)
        elif kind == "assess":
            if reader.noun_within(place + 1, place + _STEPS):
                reader.behind(place, spans)
            if reader.noun_within(place - _STEPS, place):
                reader.before_verb(place, spans)
        elif kind == "person":
            reader.officers(place, spans)
        elif place in reader.nouns:
            reader.headed(place, spans)
            reader.again(place, spans)
    return _replaced(tokens, spans) if spans or RATED_GROUP in kinds else tokens


def _replaced(tokens: list[Token], spans: dict[int, tuple[int, str]]) -> list[Token]:
    result: list[Token] = []
    reached = 0
    for token in tokens:
        if token.start < reached:
            continue
        if token.start in spans:
            reached, code = spans[token.start]
            result.append(Token("subject", code, token.start, reached))
        elif token.kind != RATED_GROUP:
            result.append(token)
    return result


def _nouns_at(folded: str, tokens: Sequence[Token], places: Sequence[int]) -> dict[int, str]:
    """Those of some places where a noun stands that is counted only where it is rated, with what it is there."""
    entries = look_up(RATED_GROUP)
    found: dict[int, str] = {}
    for place in places:
        entry = entries.get(folded[tokens[place].start : tokens[place].end])
        if entry is not None:
            found[place] = entry.code
        elif tokens[place].kind == "unit":
            found[place] = "commune_government"
    return found


class _Reader:
    """Looks around the levels of one text; `nouns` are the places of all such nouns in it, with what each is.

    Without one of them before or behind it, a level or verb need not be looked at.
    """

    def __init__(self, folded: str, text: str, tokens: Sequence[Token], places: Sequence[int]) -> None:
        self.folded = folded
        self.text = text
        self.tokens = tokens
        self.nouns = _nouns_at(folded, tokens, places)
        self.places = [*self.nouns]
        self.first = self.places[0] if self.places else len(tokens)

    def before_level(self, place: int, spans: dict[int, tuple[int, str]]) -> None:
        """ "12 xã được xếp loại hoàn thành tốt nhiệm vụ", "tỷ lệ xã hoàn thành tốt nhiệm vụ": those before a level."""
        if not self._whole_work(self.tokens[place]):
            return
        last = self._rated_before(place, subjects=True)
        opens = shapes.TOLD_BEHIND.match(self.folded, self.tokens[place].end) is not None
        while last >= 0:
            first = self._take(last, spans, opens)
            last = self._beside(first) if first >= 0 else -1

    def before_verb(self, place: int, spans: dict[int, tuple[int, str]]) -> None:
        """ "47 xã được đánh giá, xếp loại, trong đó ...": those before the verb where levels are told behind it."""
        if not self._levels_follow(place) or self._rated_so(place):
            return
        last = self._rated_before(place)
        if last >= 0:
            self._take(last, spans, self.folded.startswith(":", self.tokens[place].end))

    def behind(self, place: int, spans: dict[int, tuple[int, str]]) -> None:
        """ "hoàn thành tốt nhiệm vụ có 12 xã", "đã đánh giá 47 xã, trong đó ...": those counted behind it."""
        token = self.tokens[place]
        first = place + 1
        while first < min(len(self.tokens), place + _STEPS) and self.tokens[first].kind in _LEADS:
            first += 1
        code = self._code(first) if first < len(self.tokens) else ""
        if not code or not self._counted_behind(token.end, first):
            return
        if not self._levels_follow(place) if token.kind == "assess" else self._has_noun(place, first):
            return
        last = self._last_of_list(first)
        if shapes.CLOSED.match(self.folded, self.tokens[last].end):
            spans[self.tokens[first].start] = (self.tokens[last].end, code)

    def shortened(self, place: int, spans: dict[int, tuple[int, str]]) -> None:
        """ "xếp loại xã: xuất sắc 13 xã, ...", "13 xã xếp loại xuất sắc": those the line named, counted again."""
        first = place + 1
        behind = first < len(self.tokens) and self._counted_behind(self.tokens[place].end, first)
        if not behind:
            rated = place > 1 and self.tokens[place - 1].kind == "assess"
            first = self._rated_before(place - 1) if rated else -1
        code = self._code(first) if first >= 0 else ""
        named = [spans.get(token.start, (0, token.code))[1] for token in self.tokens[max(0, place - _FAR) : place]]
        start = self.tokens[first].start
        if not code or code not in named or "\n" in self.folded[self.tokens[max(0, place - _FAR)].start : start]:
            return
        if behind and shapes.CLOSED.match(self.folded, self.tokens[first].end):
            spans[start] = (self.tokens[first].end, code)
        elif not behind:
            self._take(first, spans)

    def _has_noun(self, place: int, counted: int) -> bool:
        """Whether a noun stands before a level in its clause: what is counted behind it is something else.

        Not where the noun is only said again ("số xã hoàn thành tốt nhiệm vụ: 80 xã").
        """
        last = self._rated_before(place)
        if last >= 0 and self._code(last) == self._code(counted):
            return False
        between = self.folded[self.tokens[last].end : self.tokens[place].start] if last >= 0 else ","
        return "," not in between and ":" not in between

    def _counted_behind(self, end: int, first: int) -> bool:
        """Whether nothing but a number stands before a noun and behind the level or verb, or the last word of it."""
        start = self.tokens[first].start
        near = (
            start - end <= _NEAR
            and shapes.COUNTED.fullmatch(self.folded, self.tokens[first - 1].end, start) is not None
        )
        return near or shapes.COUNTED.fullmatch(self.folded, end, start) is not None

    def headed(self, place: int, spans: dict[int, tuple[int, str]]) -> None:
        """ "Đối với xã, phường năm 2022: hoàn thành tốt nhiệm vụ 12": those that a heading names."""
        token = self.tokens[place]
        if not self._code(place) or self._named(place):
            return
        lead = self.folded[max(0, token.start - 20) : token.start]
        if not shapes.HEAD.search(lead):
            return
        last = self._last_of_list(place)
        end = self.tokens[last].end
        mark = shapes.HEADED.match(self.folded, end)
        behind = (token for token in self.tokens[last + 1 : last + 7] if token.kind in _TELLS)
        following = next(behind, None)
        if mark is None or following is None or not _STOPS.isdisjoint(self.folded[mark.end() : following.start]):
            return
        between = self.folded[mark.end() : following.start]
        level = following.kind != "assess" and shapes.UNITS.fullmatch(between) is not None
        if level or (following.kind == "assess" and following.start <= mark.end() + _NEAR):
            spans[token.start] = (end, self._code(place))

    def again(self, place: int, spans: dict[int, tuple[int, str]]) -> None:
        """ "số xã hoàn thành tốt nhiệm vụ năm 2022 là 18 xã, năm 2023 là 20 xã": counted again, of another time."""
        token, code = self.tokens[place], self._code(place)
        lead = self.folded[max(0, token.start - 30) : token.start]
        if not code or token.start in spans or not shapes.AGAIN.search(lead) or self._named(place):
            return
        before = self.tokens[max(0, place - _FAR) : place]
        named = [item for item in before if spans.get(item.start, (0, item.code))[1] == code]
        near = named and "\n" not in self.folded[named[-1].end : token.start]
        rated = any(item.kind == "level" for item in before)
        if near and rated and shapes.AGAIN_ENDS.match(self.folded, token.end):
            spans[token.start] = (token.end, code)

    def officers(self, place: int, spans: dict[int, tuple[int, str]]) -> None:
        """ "Trong 12 chủ tịch UBND phường, 2 người hoàn thành tốt nhiệm vụ": holders of an office that are counted."""
        token = self.tokens[place]
        lead = self.folded[max(0, token.start - 30) : token.start]
        if shapes.OFFICERS.search(lead) and not self._named(place) and self._levels_follow(place):
            office = self.tokens[place + 1] if place + 1 < len(self.tokens) else token
            beside = office.start == token.end + 1 and office.kind in _MAY_BE and not self._named(place + 1)
            spans[token.start] = (office.end if beside else token.end, "leader")

    def _beside(self, first: int) -> int:
        """The noun counted before another one under the same level ("6/8 sở; 90/95 xã hoàn thành"); -1 for none."""
        start = self.tokens[first].start
        number = shapes.ALSO.search(self.folded, max(0, start - 30), start)
        before = first - 1
        while number is not None and before > 0 and self.tokens[before].start >= number.start():
            before -= 1
        ends = number is not None and before >= 0 and self.tokens[before].end == number.start()
        return before if ends and (self._code(before) or self.tokens[before].kind == "subject") else -1

    def _rated_before(self, place: int, subjects: bool = False) -> int:
        """The last token of the nouns right before a level or verb; -1 for none. `subjects` count as well."""
        reached = self.tokens[place].start
        for index in range(place - 1, max(-1, place - _STEPS), -1):
            token = self.tokens[index]
            if not shapes.SAID.fullmatch(self.folded, token.end, reached):
                return -1
            if token.kind == "scope" and self._around(token):
                pass
            elif self._code(index) or (subjects and token.kind == "subject"):
                return index
            elif token.kind not in _BETWEEN:
                return -1
            reached = token.start
        return -1

    def _around(self, token: Token) -> bool:
        """Whether a territory is the one around those rated ("xã trong huyện hoàn thành ...")."""
        all_of = self.folded.startswith("toàn ", token.start) and self.folded[token.start : token.end] in _AROUND
        return all_of or self.folded.endswith(_IN, 0, token.start)

    def _take(self, last: int, spans: dict[int, tuple[int, str]], opens: bool = False) -> int:
        """Notes the nouns that end at a place where a number or "tỷ lệ" leads them; where they begin, -1 for none.

        Where the number is told behind the level, `opens`, they may also open their clause.
        """
        first = last
        if self.tokens[last].kind == "subject":
            while first > 0 and self.tokens[first - 1].kind == "subject" and self._joined(first - 1):
                first -= 1
            return first
        while first > 0 and self._code(first - 1) == self._code(last) and self._joined(first - 1):
            if self.tokens[first - 1].start in spans:
                break  # "hoàn thành tốt nhiệm vụ: 13 xã, xã hoàn thành nhiệm vụ: 2 xã"
            first -= 1
        token = self.tokens[first]
        lead = self.folded[max(0, token.start - 40) : token.start]
        led = shapes.LEAD.search(lead) or (opens and shapes.OPENS.search(lead))
        if self._named(last) or not led or self._of_others(first):
            return -1
        spans[token.start] = (self.tokens[last].end, self._code(first))
        return first

    def _of_others(self, first: int) -> bool:
        """Whether a noun before the number tells that others are counted ("giám đốc 12 sở")."""
        start = self.tokens[first].start
        number = shapes.NUMBER.search(self.folded, max(0, start - 30), start)
        if number is None:
            return False
        before = number.start()
        while before and self.folded[before - 1] == " ":
            before -= 1
        if not before or not self.folded[before - 1].isalpha() or self.folded.endswith(_PARTS, 0, before):
            return False
        place = first - 1
        while place >= 0 and self.tokens[place].end > before:
            place -= 1
        token = self.tokens[place] if place >= 0 else None
        if token is None or token.end != before:
            return True
        return token.kind in _OTHERS and not self.folded.startswith(GOVERNMENT, token.start)

    def _code(self, place: int) -> str:
        """What the noun at a place is where it is rated; empty where it is none of these nouns."""
        return self.nouns.get(place, "")

    def noun_within(self, low: int, high: int) -> bool:
        """Whether one of these nouns stands at a place between two, the ends included."""
        index = bisect_left(self.places, low)
        return index < len(self.places) and self.places[index] <= high

    def _named(self, place: int) -> bool:
        """Whether a name in capitals follows ("xã Hòa Bình")."""
        end = self.tokens[place].end
        return self.text[end : end + 1] == " " and begins_name(self.text, self.folded, end + 1)

    def _joined(self, place: int) -> bool:
        end, start = self.tokens[place].end, self.tokens[place + 1].start
        return shapes.LIST.fullmatch(self.folded, end, start) is not None

    def _last_of_list(self, place: int) -> int:
        code, named = self._code(place), {self._words(place)}
        while place + 1 < len(self.tokens) and self._code(place + 1) == code and self._joined(place):
            place += 1
            if self._words(place) in named:
                return place - 1  # "... nhiệm vụ: 13 xã, xã hoàn thành nhiệm vụ: 2 xã"
            named.add(self._words(place))
        return place

    def _words(self, place: int) -> str:
        return self.folded[self.tokens[place].start : self.tokens[place].end]

    def _whole_work(self, level: Token) -> bool:
        """Whether no words behind a level name one task ("hoàn thành tốt nhiệm vụ tiêm chủng")."""
        end = level.end
        names = shapes.NAMES.match(self.folded, end)
        if names is not None:
            named = self.text[names.end() : names.end() + 1]
            if named.isupper() or named.isdigit() or names.group() == _IS:
                return named.isupper() or named.isdigit()
        return shapes.GOES_ON.match(self.folded, end) is not None

    def _rated_so(self, place: int) -> bool:
        """Whether the level stands right behind the verb: those before it are rated so, or praised for one task."""
        for index in range(place + 1, min(len(self.tokens), place + _STEPS)):
            token = self.tokens[index]
            if not shapes.SAID.fullmatch(self.folded, self.tokens[index - 1].end, token.start):
                return False
            if token.kind not in _BETWEEN:
                return token.kind in ("level", "short")
        return False

    def _levels_follow(self, place: int) -> bool:
        """Whether a level is told behind a verb in its sentence, and no other matter before that."""
        start = self.tokens[place].end
        for index in range(place + 1, len(self.tokens)):
            token = self.tokens[index]
            if token.start - start > _REACH or token.kind in ("trap", "indicator"):
                return False
            if token.kind in ("level", "short"):
                between = self.folded[start : token.start]
                return (". " not in between and "\n" not in between) or shapes.NEXT.fullmatch(between) is not None
        return False


_IN = tuple(map(fold, ("trong ", "thuộc ", "của ", "địa bàn ", "ở ", "tại ", "được ", "do ")))
