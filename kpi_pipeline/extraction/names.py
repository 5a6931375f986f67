"""The name of a body: where it ends in the text, and the one form it is written in.

Belongs here: capitalised words, parts of names written small, forms of address of one body ("Huyện ủy X" and
"Đảng bộ huyện X" are "huyện X"). Does not belong here: which words name a body at all (bodies), whose result a
number is.
"""

import re
from bisect import bisect_left
from functools import cache, lru_cache

from kpi_pipeline.extraction.tags import Page
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.lexicon import look_up

_STOPS = frozenset(("năm", "có", "theo", "trong", "kết", "qua", "đảng", "ban"))
_COMRADE = fold("đồng chí")
_WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)*")
_NUMBER = re.compile(fold(r"số \d{1,2}(?![\d/.,])"))
_OPENERS = frozenset(("năm", "theo", "trong", "có", "qua", "kết", "tại", "sau", "từ", "nhờ", "để", "các"))
_WORD_UPPER = re.compile(r" [A-ZĐÀ-ÝĂĨŨƠƯẠ-Ỹ]")
_WARDS = ("phường", "quận", "khu phố", "khu", "thôn", "tổ dân phố", "ấp", "khóm", "xóm", "bản")
_WARD_NUMBER = re.compile(r" (?:số )?\d{1,2}[a-z]?(?![\w/.%]|,\d)")
_LONGEST_PART = 7
_TERRITORIES = {
    "district": (("thành phố", ("thành phố", fold("thành ủy"), "tp")), ("thị xã", ("thị xã", fold("thị ủy"), "tx")),
                 ("quận", ("quận",)), ("huyện", ("huyện",))),
    "commune": (("thị trấn", ("thị trấn",)), ("đặc khu", ("đặc khu",)), ("phường", ("phường",)), ("xã", ("xã",))),
}  # fmt: skip
_MARKS = {
    code: tuple((kind, re.compile(rf"(?<!\w)(?:{'|'.join(marks)})(?!\w)")) for kind, marks in kinds)
    for code, kinds in _TERRITORIES.items()
}
_PARTY = re.compile(
    fold(
        r"(?:toàn |trên địa bàn |ban thường vụ |ban chấp hành |btv |bch )*"
        r"(?:(?:đảng bộ|đảng ủy|đảng đoàn|chi ủy|chi bộ|ban cán sự đảng|bcđ)\s+)*"
    )
)
_PARTY_NOUNS = frozenset(map(fold, ("chi bộ", "đảng bộ", "đảng ủy")))
_BARE = frozenset(
    map(fold, ("nhà trường", "trường", "công ty", "cơ quan", "bệnh viện", "sở", "phòng", "trung tâm", "văn phòng",
               "quân sự", "công an", "biên phòng", "ngành", "cục", "chi cục", "ban", "học viện", "tổng công ty",
               "đơn vị", "cấp trên", "cơ sở", "khối", "viện", "đài", "hội", "liên đoàn lao động"))
)  # fmt: skip
_TAIL = re.compile(
    fold(r"\s(?:(?:huyện|quận|thị xã|thành phố|tp\.?|xã|phường|thị trấn|khu vực|liên huyện|vùng)(?=\s)|tỉnh(?!\w))")
)
_WHOLE_TAIL = (fold("tỉnh"), fold("khu vực"))
"""What ends a name though no name of its own follows."""


@cache
def _parts() -> frozenset[str]:
    return frozenset(look_up("name"))


@cache
def _part_openings() -> frozenset[str]:
    """The first words of the parts of names."""
    opening = (_WORD.match(part) for part in _parts())
    return frozenset(word.group() for word in opening if word is not None)


@cache
def _abbreviations() -> frozenset[str]:
    """Cue words of one word that are written in capitals (HTTNV, TCCSĐ): no part of a name."""
    kinds = ("level", "subject", "short")
    return frozenset(
        entry.folded for entry in look_up("text").values() if entry.kind in kinds and " " not in entry.folded
    )


def name_end(page: Page, end: int, limit: int, organisation: bool) -> int:
    """Where the name that follows a position ends; the position itself when there is none.

    Capitalised words run on; in the name of an organisation so do the parts of names that the lexicon lists, with
    "và", a comma or a dash between two of them, and the territory it belongs to ("Bệnh viện Đa khoa huyện X").
    """
    numbered = None if organisation else _WARD_NUMBER.match(page.folded, end, limit)
    if numbered is not None and page.folded.endswith(_WARDS, 0, end):
        return numbered.end()
    reached, position = end, end
    part, small = False, True
    while position < limit:
        word = _WORD.match(page.folded, _skip(page.text, position, limit, organisation), limit)
        if word is None or (said := word.group()) in _abbreviations():
            break
        if page.folded.startswith(_COMRADE, word.start()):
            break
        upper = page.text[word.start()].isupper()
        opens = organisation and (upper or small) and said in _part_openings()
        stop = _part_end(page, word.start(), limit) if opens else 0
        if stop:
            reached = position = stop
            part, small = True, False
        elif upper and (said not in _STOPS or word.end() - word.start() > 4 or reached == end):
            if reached == end and said in _OPENERS and not _WORD_UPPER.match(page.text, word.end(), limit):
                break
            reached = position = word.end()
            part = page.text[word.start() : word.end()].isupper() and word.end() - word.start() > 1
            small = small and part
        elif part and organisation:
            joined = _joined(page, word, limit)
            if not joined:
                break
            position, small = joined, True
            continue
        elif organisation and said == "số" and (numbered := _NUMBER.match(page.folded, word.start(), limit)):
            reached = position = numbered.end()
        else:
            break
        position = _joint(page, reached, limit, part)
    if organisation:
        tail = _TAIL.match(page.folded, reached, limit)
        if tail is not None:
            named = name_end(page, tail.end(), limit, False)
            if named > tail.end() or tail.group().endswith(_WHOLE_TAIL):
                reached = named
    return reached


def _skip(text: str, position: int, limit: int, quotes: bool = True) -> int:
    while position < limit and text[position] in (' "“”' if quotes else " "):
        position += 1
    return position


def _part_end(page: Page, start: int, limit: int) -> int:
    """The end of the longest part of a name that begins at a position; 0 for none."""
    known = _parts()
    stop, best = start, 0
    for _ in range(_LONGEST_PART):
        word = _WORD.match(page.folded, stop, limit)
        if word is None:
            break
        stop = word.end()
        if page.folded[start:stop] in known:
            best = stop
        stop = next((stop + len(joint) for joint in (" - ", ", ", " ") if page.folded.startswith(joint, stop)), limit)
    return best


def _joined(page: Page, word: re.Match[str], limit: int) -> int:
    """Where the next part of a name begins after "và"; 0 when none follows."""
    if word.group() != "và":
        return 0
    start = _skip(page.text, word.end(), limit)
    follows = _WORD.match(page.folded, start, limit)
    if follows is None or not (_part_end(page, start, limit) or page.text[start : follows.end()].isupper()):
        return 0
    return start


def _joint(page: Page, reached: int, limit: int, part: bool) -> int:
    """Where the name may run on behind a dash, behind a comma between parts, or behind "TP."."""
    text = page.text
    if page.folded[reached - 2 : reached] == "tp" and text.startswith(".", reached):
        return reached + 1
    for joint in (" - ", " – "):
        if text.startswith(joint, reached) and text[reached + 3 : reached + 4].isupper():
            return reached + 3
    if part and text.startswith(", ", reached) and _part_end(page, reached + 2, limit) and text[reached + 2].isupper():
        return reached + 2
    return reached


_SURNAME = re.compile(
    r" (?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ"
    r"|Hồ|Ngô|Dương|Lý|Đinh|Trương|Mai|Cao|Lương|Đoàn|Hà|Tạ|Lâm)"
    r"(?= [A-ZĐÀ-ÝĂĨŨƠƯẠ-Ỹ])"
)


def before_person(page: Page, end: int, stop: int, bloc: bool = False) -> int:
    """Where the name of a body ends that an office holder's own name follows ("Bí thư xã Tân Lập Nguyễn Văn A").

    A bloc may have no name at all ("Bí thư Đảng ủy Khối Nguyễn Văn A").
    """
    if bloc and _SURNAME.match(page.text, end, stop):
        return end
    surname = _SURNAME.search(page.text, end + 1, stop)
    return surname.start() if surname is not None and " " in page.text[end + 1 : surname.start()] else stop


@lru_cache(maxsize=4096)
def canonical(code: str, words: str, name: str) -> str | None:
    """The one form of a body's name; None for a form of address that needs the name said elsewhere.

    `words` is the whole phrase ("Ban Thường vụ Huyện ủy Đồng Khê"), `name` the proper name in it ("Đồng Khê").
    """
    folded = fold(words)
    if code in _TERRITORIES:
        if not name:
            return None
        for kind, mark in _MARKS[code]:
            if mark.search(folded, 0, len(folded) - len(name)):
                return f"{kind} {name}"
        return words
    if _shouted(words):
        return None
    if code == "provincial_bloc":
        rest = words[_PARTY.match(folded).end() :]  # type: ignore[union-attr]
        known = fold(rest)
        if known in ("khối", ""):
            return None
        if known.startswith("khối"):
            rest = "K" + rest[1:]
        return f"Đảng bộ {rest[:1].upper()}{rest[1:]}"
    if code != "organisation":
        return words
    opening = _PARTY.match(folded)
    rest = words[opening.end() :] if opening is not None else words
    if not rest or fold(rest) in _BARE or fold(rest) in _PARTY_NOUNS or fold(rest).startswith("toàn "):
        return None
    return rest[:1].upper() + rest[1:]


def _shouted(words: str) -> bool:
    """Whether a phrase is all in capitals, where no word tells the end of a name."""
    letters = [char for char in words if char.isalpha()]
    return len(letters) > 12 and all(char.isupper() for char in letters)


class Names:
    """The bodies a page names: what "the district" or a shortened name stands for."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, None]] = {}
        self._territories: dict[str, dict[str, tuple[str, str]]] = {code: {} for code in _TERRITORIES}
        self._forms: dict[str, tuple[list[str], dict[str, list[str]]]] = {}
        self._settled: dict[tuple[str, str | None], str | None] = {}

    def say(self, code: str, name: str | None) -> str | None:
        """Takes a name as said, or gives the last one said of such a body."""
        said = self._said.setdefault(code, {})
        if name is None:
            return next(reversed(said), None)
        self._settled.clear()
        known = name in said
        said.pop(name, None)
        said[name] = None
        self._forms.pop(code, None)
        if code in self._territories and not known:
            for place, char in enumerate(name):
                if char == " ":
                    self._territories[code].setdefault(name[place + 1 :], (code, name))
        return name

    def territory(self, name: str) -> tuple[str, str] | None:
        """The district or commune a bare name stands for ("Đảng bộ Di Linh"), once the page has said it in full."""
        return next((said[name] for said in self._territories.values() if name in said), None)

    def settled(self, code: str, name: str | None) -> str | None:
        """The name to keep: the first one the page says where none was known, the fullest form of a shortened one."""
        if (code, name) not in self._settled:
            self._settled[code, name] = self._fullest(code, name)
        return self._settled[code, name]

    def _fullest(self, code: str, name: str | None) -> str | None:
        folded, forms = self._folded(code)
        if name is None:
            return next(iter(self._said[code])) if len(folded) == 1 else None
        key = fold(name)
        place = bisect_left(folded, key + " ")
        longer: list[str] = []
        while place < len(folded) and folded[place].startswith(key + " "):
            longer += forms[folded[place]]
            place += 1
        longer.sort(key=lambda other: (-len(other), other))
        if longer and all(fold(longer[0]).startswith(fold(other)) for other in longer):
            return longer[0]
        return min(forms.get(key, ()), default=name)

    def _folded(self, code: str) -> tuple[list[str], dict[str, list[str]]]:
        """The names said of such bodies without the difference of capitals, in order, and the forms of each."""
        if code not in self._forms:
            forms: dict[str, list[str]] = {}
            for name in self._said.get(code, ()):
                forms.setdefault(fold(name), []).append(name)
            self._forms[code] = sorted(forms), forms
        return self._forms[code]
