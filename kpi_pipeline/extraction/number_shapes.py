"""The shapes of numbers as they are written: dates, hours, terms of years, document numbers, phones, ratios.

Belongs here: patterns over folded text, each of a bounded stretch (`DOCUMENT` is for the text as it came), and where
web addresses stand. Does not belong here: which pattern is asked when (mask).
"""

import re

DIGITS = re.compile(r"\d+")
NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,6})*")
STRAY_DECIMAL = re.compile(r"(\d{1,3})(?:[^\S\n],[^\S\n]?|,[^\S\n])\d{1,2}(?=[^\S\n]?%)")
STRAY_GROUP = re.compile(r"\d{1,3}\.[^\S\n]\d{3}(?![\d.,]|[^\S\n]?%)")
BLANK_GROUP = re.compile(r"\d{1,3}[^\S\n]\.[^\S\n]?\d{3}(?![\d.,])")
BLANK_THOUSANDS = re.compile(r"\d{1,3} \d{3}(?![\d.,])")
PERCENT = re.compile(r"[^\S\n]?%")
SCALE = re.compile(r"[^\S\n]?(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\w)(?! lệ)")
DATE = re.compile(
    r"\d{1,2}[^\S\n]?([/.-])[^\S\n]?\d{1,2}[^\S\n]?\1[^\S\n]?(?:19|20)\d\d(?!\d)"
    r"|(?:19|20)\d\d([/-])\d{1,2}\2\d{1,2}(?!\d)"
)
DAYS = re.compile(r"\d{1,2}[^\S\n]?-[^\S\n]?\d{1,2}[^\S\n]?[/.][^\S\n]?\d{1,2}(?![\d/])")
DAY_MONTH = re.compile(r"\d{1,2}[^\S\n]?[-/.][^\S\n]?\d{1,2}(?![\d%])")
CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?!\d)|\d{1,2}[^\S\n]?(?:giờ|h)(?:[^\S\n]?\d{1,2})?(?![\w])")
DOCUMENT = re.compile(
    r"\d{1,6}[a-zA-Z]?(?:/(?:19|20)\d\d)?[^\S\n]?[-/–][^\S\n]?[A-ZĐƯ][A-ZĐƯ&]+[a-zA-Z]*(?:[-/–.][A-ZĐƯ][\w&]*)*"
)
YEARS = re.compile(r"((?:19|20|21)\d\d)[^\S\n]?(?:-|đến(?: năm)?)[^\S\n]?((?:19|20)\d\d)(?![\d.,]*\d)")
MONTH = re.compile(r"(0?[1-9]|1[0-2])[^\S\n]?[/-][^\S\n]?((?:19|20)\d\d)(?!\d)")
MONTH_WORDS = re.compile(r"(0?[1-9]|1[0-2])[^\S\n](?:của[^\S\n])?năm[^\S\n]((?:19|20)\d\d)(?!\d)")
PHONE = re.compile(r"0\d{1,3}[. -]?\d{2,4}[. -]?\d{3,4}(?:[. -]?\d{2,4})?(?![\d,])")
RATIO = re.compile(r"(\d{1,3}(?:\.[^\S\n]?\d{3})+|\d{1,9})([^\S\n]?/[^\S\n]?)(\d{1,3}(?:\.\d{3})+|\d{1,9})(?![\d/])")
OUT_OF = re.compile(
    r"(\d{1,3}(?:\.\d{3})+|\d{1,9}) (?:trong(?: tổng)?(?: số)?|trên(?:(?: tổng)? số)?|phần) "
    r"(\d{1,3}(?:\.\d{3})+|\d{1,9})(?= [^\W\d_])"
)
DASH = re.compile(r"[^\S\n]?(?:-|đến)[^\S\n]?(?=\d)")
MONTHS = re.compile(r"(\d{1,2}) tháng (đầu|cuối)?[^\S\n]?(?:của )?(?:năm)(?: ((?:19|20)\d\d)(?!\d))?")
OF_YEAR = re.compile(r" năm (?:19|20)\d\d(?![^\S\n]?(?:-|đến)|\d)")
YEAR = re.compile(r"(?:19|20)\d\d$")
MARKUP = re.compile(r"https?://\S+|www\.\S+|&#?\w{1,10};")
WORD = re.compile(r"[^\W_]+")
LETTERS_AFTER = re.compile(r"[^\W\d_]+")

PLAIN = re.compile(
    r"(?:\d{1,3}(?:\.\d{3})+|\d{1,15})(?:,\d{1,6})?"
    r"(?:([^\S\n]?%)(?=(?: ([^\W_]+))?)|(?= ([^\W_]+)| [(|\"]|[,;:.)\"!?…](?![^\S\n]?\d)|\n|\Z))"
)
"""A number and what stands after it where that cannot make anything else of it.

Groups: the percent sign, the word after it, the word after a number without one.
"""


def year_text(digits: str) -> str:
    """A year in digits 0 to 9, whatever digits it is written in."""
    return digits if digits.isascii() else str(int(digits))


def month_of_date(text: str) -> tuple[str, str]:
    """The month of a date such as "3/2/2021" in ISO form, twice; two empty texts where there is no such month."""
    parts = re.split(r"\D+", text)
    year, month = (parts[0], parts[1]) if len(parts[0]) == 4 else (parts[2], parts[1])
    if not 1 <= int(month) <= 12:
        return ("", "")
    return (f"{year_text(year)}-{int(month):02d}",) * 2


_MARKUP_SIGNS = ("http://", "https://", "www.", "&")


def find_markup(folded: str) -> list[tuple[int, int]]:
    """Start and end of every web address and every entity such as "&nbsp;"."""
    openings: list[int] = []
    for sign in _MARKUP_SIGNS:
        place = folded.find(sign)
        while place >= 0:
            openings.append(place)
            place = folded.find(sign, place + 1)
    found: list[tuple[int, int]] = []
    for opening in sorted(openings):
        match = MARKUP.match(folded, opening)
        if match and (not found or opening >= found[-1][1]):
            found.append(match.span())
    return found
