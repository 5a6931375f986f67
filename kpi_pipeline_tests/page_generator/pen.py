"""How one page spells: numbers, percents, levels, years. Habits are drawn once a page, slips now and then.

Belongs here: the spelling of single words and figures. Does not belong here: sentences (`prose`).
"""

import re
from random import Random

from kpi_pipeline_tests.page_generator.hard import may

_WORDS = {2: "hai", 3: "ba", 4: "bốn", 6: "sáu", 7: "bảy", 8: "tám", 9: "chín", 10: "mười"}
_LEVELS = {
    "excellent": "hoàn thành xuất sắc nhiệm vụ",
    "good": "hoàn thành tốt nhiệm vụ",
    "completed": "hoàn thành nhiệm vụ",
    "not_completed": "không hoàn thành nhiệm vụ",
    "exemplary": "trong sạch, vững mạnh tiêu biểu",
    "clean_strong": "trong sạch, vững mạnh",
    "weak": "yếu kém",
}
_ABBREVIATED = {"excellent": "HTXSNV", "good": "HTTNV", "completed": "HTNV", "not_completed": "KHTNV",
                "exemplary": "TSVM tiêu biểu", "clean_strong": "TSVM"}  # fmt: skip
COMPARATORS = {
    "gt": ("trên", "hơn"),
    "approx": ("gần", "khoảng", "xấp xỉ"),
    "ge": ("ít nhất", "tối thiểu"),
    "lt": ("dưới", "chưa đến"),
    "le": ("không quá", "tối đa"),
}
_NEW_MARKS = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ",
    "ọe": "oẹ", "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ", "Òa": "Oà", "Ủy": "Uỷ", "Úy": "Uý",
}  # fmt: skip
_OLD_MARKED = re.compile(r"(?<![qQ])(?:" + "|".join(_NEW_MARKS) + r")(?!\w)")


class Pen:
    """The spelling of one page."""

    def __init__(self, rng: Random, hard: bool = False) -> None:
        self.rng = rng
        self.hard = hard
        self.digits = rng.choice((1, 1, 2, 2, 0))
        self.dotted = rng.random() < 0.93
        self.zeros = rng.random() < 0.4
        self.dot_decimal = rng.random() < 0.04
        self.abbreviates = rng.random() < 0.08
        self.quotes = rng.choice(("", "", "", "", "", "“”", '""', "‘’"))
        self.short_comma = rng.random() < 0.3

    def count(self, number: int, words: bool = True, slips: bool | None = None) -> str:
        """A count; `words` where a noun follows, so that a number word may stand; `slips` where a stray space may."""
        if words and number in _WORDS and self.rng.random() < 0.08:
            return _WORDS[number]
        if number < 10 and (self.zeros or self.rng.random() < 0.1):
            return f"0{number}"
        if number < 1000:
            return str(number)
        if not self.dotted and not 1900 <= number <= 2100:
            return str(number)
        spelt = f"{number:,}".replace(",", ".")
        return spelt.replace(".", ". ") if (words if slips is None else slips) and self.rng.random() < 0.01 else spelt

    def ratio(self, part: int, whole: int) -> str:
        """A part over its whole, "71/75"."""
        return f"{self.count(part, False, True)}/{self.count(whole, False, may('space_after_slash', self.hard))}"

    def share(self, value: float, digits: int | None = None) -> str:
        """A percent; the value must already be rounded to the page's digits."""
        digits = self.digits if digits is None else digits
        spelt = f"{value:.{digits}f}"
        if "." in spelt and self.rng.random() < 0.85:
            spelt = spelt.rstrip("0").rstrip(".")
        if not self.dot_decimal:
            spelt = spelt.replace(".", ",")
        slip = self.rng.random()
        if slip < 0.02:
            return f"{spelt} %"
        if slip < 0.03 and "," in spelt:
            return spelt.replace(",", ", ") + "%"
        return f"{spelt}%"

    def level(self, level: str, short: bool = False) -> str:
        """A level in words; `short` drops "nhiệm vụ" where the name allows it."""
        if self.abbreviates and level in _ABBREVIATED:
            return _ABBREVIATED[level]
        name = _LEVELS[level]
        if self.short_comma:
            name = name.replace("trong sạch, ", "trong sạch ")
        if short and name.endswith(" nhiệm vụ"):
            return name.removesuffix(" nhiệm vụ")
        if self.quotes and level in ("excellent", "good", "completed") and not short:
            return f"{self.quotes[0]}{name.capitalize()}{self.quotes[1]}"
        return name

    def above(self, level: str) -> str:
        """A level and all better ones."""
        lead = self.rng.choice(("", "", "từ ", "đạt ", "đạt từ ", "được xếp loại "))
        return f"{lead}{self.level(level)} trở lên"

    def comparator(self, code: str) -> str:
        """A word before a number, with the space after it; nothing for `eq`."""
        return "" if code == "eq" else self.rng.choice(COMPARATORS[code]) + " "


def new_tone_marks(text: str) -> str:
    """The text with marks as the newer spelling sets them: "hoà", "uỷ"."""
    return _OLD_MARKED.sub(lambda match: _NEW_MARKS[match.group()], text)


def capital(text: str) -> str:
    """The text with a capital first letter, the rest unchanged."""
    return text[:1].upper() + text[1:]
