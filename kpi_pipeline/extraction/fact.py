"""What extraction gives: facts, numbers left unread with a reason, and the one reader of numbers.

Belongs here: the records and the number grammar (digits, separators, number words). Does not belong here:
what a number is about.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kpi_pipeline.extraction.tidying import tidy
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.provinces import is_province_code


@lru_cache(maxsize=4096)
def _is_iso_day(day: object) -> bool:
    """Whether a value is the text of a day that exists, in ISO form with hyphens."""
    if not isinstance(day, str) or _ISO_DAY.fullmatch(day) is None:
        return False
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class PageContext:
    """What is known about a page beside its text.

    `published_on` is an ISO day ("2022-01-14") and used only when `day_known`; `source_province` is the code a manifest
    gives; `cues` are pairs of kind and text from the cleaner (site_name, source_line, canonical_url, dateline).

    Raises `ValueError` for a day that is written otherwise or does not exist, and for an unknown province.
    """

    published_on: str | None = None
    day_known: bool = True
    url: str | None = None
    source_province: str | None = None
    title: str | None = None
    cues: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        day, province = self.published_on, self.source_province
        if day is not None and not _is_iso_day(day):
            raise ValueError(f"published_on is {day!r}; write the day as a text like '2022-01-14'.")
        if province is not None and not is_province_code(province):
            raise ValueError(f"source_province is {province!r}; use a code of provinces.csv such as 'VN-27', or None.")

    @property
    def day(self) -> str | None:
        """The day relative dates may be resolved from, or None."""
        return self.published_on if self.day_known else None


class Fact(NamedTuple):
    """One quantity that one page states about one population in one period; spans are code points of the text."""

    province: str | None
    province_evidence: str | None
    scope: str
    subject: str
    indicator: str
    levels: tuple[str, ...]
    measure: str
    value: float
    comparator: str
    base: str
    period_start: str | None
    period_end: str | None
    annual: bool
    modality: str
    unit_name: str | None
    subset: str | None
    span_start: int
    span_end: int
    quote: str
    sentence_start: int
    sentence_end: int
    reading: str
    flags: tuple[str, ...] = ()

    def as_record(self, page: str) -> dict[str, object]:
        """The fact under the names of the fact record, with `page`, span and quote; levels as a list."""
        return {
            "page": page,
            "province": self.province,
            "scope": self.scope,
            "subject": self.subject,
            "indicator": self.indicator,
            "levels": list(self.levels),
            "measure": self.measure,
            "value": int(self.value) if self.value == int(self.value) else self.value,
            "comparator": self.comparator,
            "base": self.base,
            "period_start": self.period_start,
            "period_end": self.period_end,
            "annual": self.annual,
            "modality": self.modality,
            "unit_name": self.unit_name,
            "subset": self.subset,
            "span_start": self.span_start,
            "span_end": self.span_end,
            "quote": self.quote,
        }


class Unread(NamedTuple):
    """A number token that gives no fact: its span, why, and some words around it."""

    span_start: int
    span_end: int
    quote: str
    reason: str
    phrase: str


@dataclass(frozen=True)
class Extraction:
    """Everything read from one text; every number token is in a fact's span or in `unread`."""

    facts: tuple[Fact, ...]
    unread: tuple[Unread, ...]


UNREAD_REASONS: dict[str, str] = {
    "date": "A date, an hour or a day and month.",
    "year": "A year, a term of years, a month or a quarter: it gives the period of other numbers.",
    "document_number": "The number or sign of a document, a scheme, an article or a congress.",
    "phone": "A telephone or fax number.",
    "address": "A house number, a web address, an e-mail address, an identifier or markup.",
    "money": "A sum of money or another economic quantity.",
    "furniture": "A counter, banner, form or list of related news around the article.",
    "counter": "A counter of views or visits.",
    "other_indicator": "A quantity of an indicator that is not kept.",
    "change": "An increase or decrease, or the comparison with another period.",
    "rank": "A rank or a place in a ranking.",
    "threshold": "A limit set by a rule, not a result.",
    "plan_ratio": "The fulfilment of a plan or target in percent.",
    "ordinal": "The number of an item, a class, a congress or a row of a table.",
    "duration": "A span of time, an age or years of membership.",
    "slogan": "A digit inside the name of a movement or model.",
    "attendance": "Attendance, votes or the progress of congresses.",
    "break_up": "A break-up of a number that has no field of its own.",
    "no_level": "A subject is counted and no known level or indicator stands with it.",
    "no_subject": "A number without a population that can be told.",
    "ambiguous": "Two readings fit and nothing decides between them.",
    "example": "A made-up or general statement, not a result.",
}

_DIGITS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
           "mốt": 1, "bẩy": 7, "nhăm": 5}  # fmt: skip
_SCALES = {"trăm": 100, "nghìn": 1_000, "ngàn": 1_000, "vạn": 10_000, "triệu": 1_000_000, "tỷ": 10**9, "tỉ": 10**9}
_NOTHING = ("không", "chưa")
_LONGEST_KEPT = 24

_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_READ = re.compile(r"(\d{1,3} \d{3}|\d+(?:\s?[.,]\s?\d+)*)\s*(%|nghìn|ngàn|vạn|triệu|tỷ|tỉ)?")


def _read_digits(text: str) -> float:
    """A figure as Vietnamese writes it: groups of three after dots are thousands, a comma marks decimals."""
    compact = "".join(text.split())
    groups = compact.replace(",", ".").split(".")
    if len(groups) == 1:
        return float(groups[0])
    if "," in compact and "." in compact:
        last = max(compact.rfind(","), compact.rfind("."))
        return float(compact[:last].replace(",", "").replace(".", "") + "." + compact[last + 1 :])
    separator = "," if "," in compact else "."
    tail = groups[1:]
    if separator == "." and all(len(group) == 3 for group in tail) and 1 <= len(groups[0]) <= 3 and groups[0] != "0":
        return float("".join(groups))
    if len(groups) == 2:
        return float(groups[0] + "." + groups[1])
    if separator == "," and all(len(group) == 3 for group in tail):
        return float("".join(groups))
    raise ValueError(f"{text!r} is no number.")


def _read_words(words: list[str]) -> float:
    total, current = 0, 0
    for word in words:
        if word in _DIGITS:
            current += _DIGITS[word]
        elif word in ("mười", "mươi"):
            current = current * 10 if word == "mươi" else current + 10
        elif word == "chục":
            current = (current or 1) * 10
        elif word in _SCALES:
            total = (total + (current or 1)) * _SCALES[word]
            current = 0
        else:
            raise ValueError(f"{' '.join(words)!r} is no number.")
    return float(total + current)


def read_number(quote: str) -> float:
    """The value of a quoted number: digits with separators, a percent sign or scale word, number words, a negation.

    "4.201" is 4201, "20, 4%" is 20.4, "11,8 nghìn" is 11800, "mười sáu" is 16, "không có" is 0. Blanks and what no
    reader sees are taken as the extraction takes them.
    Raises `ValueError` for anything else.
    """
    if quote.isdecimal():
        return float(quote)
    return _read_often(quote) if len(quote) <= _LONGEST_KEPT else _read(quote)


def _read(quote: str) -> float:
    if _FIGURE.fullmatch(quote) is not None:
        return _read_digits(quote)
    tidied = tidy(quote)
    folded = fold(quote if tidied is None else tidied.text).strip()
    match = _READ.fullmatch(folded)
    if match:
        value = _read_digits(match.group(1))
        scale = match.group(2)
        if scale and scale != "%":
            value = round(value * _SCALES[scale], 6)
        return value
    words = folded.split()
    if words and words[0] in _NOTHING:
        return 0.0
    if not words:
        raise ValueError("An empty quote is no number.")
    return _read_words(words)


_read_often = lru_cache(maxsize=8192)(_read)
