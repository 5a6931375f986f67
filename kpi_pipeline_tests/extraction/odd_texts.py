"""Odd texts for property tests, and what must hold for the extraction of any text at all.

Belongs here: hypothesis strategies that spoil good texts or make bad ones, and the checks of one extraction. Does not
belong here: what a text says (`test_cases`), how long reading it takes (`benchmarks`).
"""

import math
import random
import re
import unicodedata
from collections import Counter
from datetime import date

from hypothesis import strategies as st

from kpi_pipeline.cleaning import clean
from kpi_pipeline.extraction import UNREAD_REASONS, Extraction, Fact, PageContext, number_tokens, read_number
from kpi_pipeline.reference import codes
from kpi_pipeline.reference.lexicon import lexicon
from kpi_pipeline.reference.provinces import is_province_code
from kpi_pipeline.sample_pages import PAGES
from kpi_pipeline_tests.extraction.test_cases import assert_grounded_and_accounted, cases

PHRASES = sorted({entry.phrase for group in lexicon().values() for entry in group})
FIGURES = (
    "12", "0", "01", "3,5%", "20, 4 %", "1.204", "12.", "12,", "7/15", "85-90%", "2021", "2015 - 2020", "3/2/2021",
    "132-QĐ/TW", "0255.3822.646", "hai mươi mốt", "năm", "không có", "1,2,3", "1.2.3", "00", "9" * 25, "1.000.000.000",
    "٣", "٤٥%", "१२", "１２", "３，５％", "²", "1²", "½", "Ⅻ", "𝟗𝟗", "𝟏𝟐%", "①", "12\u200b%", "1\u00a0204", "1\u0307",
)  # fmt: skip
MARKS = (
    "%", " ", "\n", "\n\n", "\t", "\r", "\u2028", "\x0b", "\x1c", "\x85", "\u00a0", "\u200b", "\u200d", "\ufeff",
    "\u00ad", ",", ".", ";", ":", "…", "(", ")", "[", "]", "/", "-", "–", "−", " | ", "|", "“", "”", '"', "'", "- ",
    "• ", "+",
    "\u0301", "\u0323\u0302", "\u0300\u0301", "đ", "Đ", "ð", "İ", "ß", "ﬁ", "ǆ", "Ω", "\u212b", "\u1100\u1161\u11a8",
    "שלום", "\u202e", "\u202c", "العربية", "漢字", "😀", "👩\u200d👩", "𝓐", "\U0010ffff", "\x00", "\ufffd", "\ue000",
)  # fmt: skip
_OTHER_DIGITS = tuple(
    str.maketrans("0123456789", "".join(chr(first + digit) for digit in range(10)))
    for first in (0x0660, 0x0966, 0xFF10, 0x1D7CE, 0x2080)
)
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BLANKS = str.maketrans(" ", "\u00a0")
_ALL_LEVELS = frozenset(level for levels in codes.LEVELS.values() for level in levels)
_PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

GOOD_TEXTS: list[str] = [case["text"] for case in cases()] + [
    document.text
    for document in (clean(path.read_bytes()) for path in sorted(PAGES.iterdir()))
    if document.status == "ok"
]
"""The authored cases and the cleaned sample pages."""

DIGIT = st.characters(categories=["Nd", "Nl", "No"])
ANY_CHARACTER = st.characters(exclude_categories=["Cs"])
PIECE = st.one_of(st.sampled_from(PHRASES), st.sampled_from(FIGURES), st.sampled_from(MARKS), DIGIT, ANY_CHARACTER)


def _stretch(text: str, start: int, length: int) -> tuple[str, str, str]:
    start %= len(text) + 1
    return text[:start], text[start : start + length], text[start + length :]


def _shuffled(lines: list[str], seed: int) -> list[str]:
    random.Random(seed).shuffle(lines)
    return lines


def _change(text: str, kind: str, start: int, length: int, piece: str) -> str:
    """One change to a stretch of a text."""
    before, middle, after = _stretch(text, start, length)
    if kind == "cut":
        return before + after
    if kind == "keep":
        return middle or text
    if kind == "twice":
        return before + middle * 2 + after
    if kind == "swap":
        return after + middle + before
    if kind == "insert":
        return before + piece + middle + after
    if kind == "replace":
        return before + piece + after
    if kind == "between":
        return before + piece.join(middle) + after
    if kind == "lines":
        return "\n".join(_shuffled(text.split("\n"), start))
    if kind == "words":
        return before + " ".join(_shuffled(middle.split(" "), start)) + after
    return before + _SPELLINGS[kind](middle) + after


_SPELLINGS = {
    "decompose": lambda text: unicodedata.normalize("NFD", text),
    "compatible": lambda text: unicodedata.normalize("NFKD", text),
    "upper": str.upper,
    "lower": str.lower,
    "no marks": lambda text: "".join(
        char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)
    ),
    "one line": lambda text: text.replace("\n", " "),
    "a word a line": lambda text: text.replace(" ", "\n"),
    "no blanks": lambda text: text.replace(" ", ""),
    "hard blanks": lambda text: text.translate(_BLANKS),
    "bars": lambda text: text.replace(", ", " | ").replace("; ", "\n"),
    "superscripts": lambda text: text.translate(_SUPERSCRIPTS),
    "other digits": lambda text: text.translate(_OTHER_DIGITS[len(text) % len(_OTHER_DIGITS)]),
    "reversed": lambda text: text[::-1],
}
CHANGES = (
    "cut", "keep", "twice", "swap", "insert", "insert", "insert", "replace", "between", "lines", "words", *_SPELLINGS,
)  # fmt: skip


@st.composite
def spoiled_texts(draw: st.DrawFn) -> str:
    """A good text after one to eight changes."""
    text = draw(st.sampled_from(GOOD_TEXTS))
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(CHANGES))
        piece = draw(PIECE) if kind in ("insert", "replace", "between") else ""
        text = _change(text, kind, draw(st.integers(0, 4_000)), draw(st.integers(0, 300)), piece)
    return text[:6_000]


def shuffled_phrases() -> st.SearchStrategy[str]:
    """Phrases of the lexicon, numbers and marks in any order, joined by blanks, by nothing, or by other marks."""
    joints = st.sampled_from((" ", " ", " ", "", ", ", "; ", ". ", "\n", " | ", "\u00a0"))
    return st.builds(lambda joint, pieces: joint.join(pieces), joints, st.lists(PIECE, min_size=1, max_size=60))


def random_unicode() -> st.SearchStrategy[str]:
    """Any characters but surrogates, sprinkled with digits and blanks."""
    return st.text(alphabet=st.one_of(ANY_CHARACTER, DIGIT, st.sampled_from(" 0123456789%.,\n")), max_size=400)


def any_texts() -> st.SearchStrategy[str]:
    """All three kinds."""
    return st.one_of(spoiled_texts(), spoiled_texts(), shuffled_phrases(), random_unicode())


def contexts() -> st.SearchStrategy[PageContext]:
    """What may be known beside a text, odd addresses and cues included."""
    odd = st.one_of(
        st.none(),
        st.sampled_from(("https://x.soctrang.gov.vn/1", "http://[", "baogialai.com.vn")),
        st.text(max_size=30),
    )
    cue = st.tuples(st.sampled_from(("site_name", "source_line", "canonical_url", "dateline")), st.text(max_size=30))
    return st.builds(
        PageContext,
        published_on=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2030, 12, 31)).map(date.isoformat)),
        day_known=st.booleans(), url=odd, source_province=st.sampled_from((None, "VN-27", "VN-HN")), title=odd,
        cues=st.lists(cue, max_size=3).map(tuple),
    )  # fmt: skip


def assert_sound(text: str, found: Extraction) -> None:
    """What holds for the extraction of any text: grounded, accounted for once, known codes, real periods, in order."""
    assert_grounded_and_accounted(text, found)
    unread = Counter((item.span_start, item.span_end) for item in found.unread)
    assert max(unread.values(), default=1) == 1
    spans = {(fact.span_start, fact.span_end) for fact in found.facts} | set(unread)
    tokens = number_tokens(text)
    assert len(tokens) == len(set(tokens))
    assert spans >= set(tokens)
    for item in found.unread:
        assert text[item.span_start : item.span_end] == item.quote
        assert item.reason in UNREAD_REASONS
    for fact in found.facts:
        assert 0 <= fact.sentence_start <= fact.span_start < fact.span_end <= fact.sentence_end <= len(text)
        _assert_known(fact)
    starts = [fact.span_start for fact in found.facts]
    assert starts == sorted(starts)
    _assert_no_digit_lost(text, spans)


def _assert_no_digit_lost(text: str, spans: set[tuple[int, int]]) -> None:
    """Counted without the reader's own tokens: every digit of the text lies in a span."""
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    lost = [place for place, char in enumerate(text) if char in "0123456789" and not covered[place]]
    assert not lost, [text[max(0, place - 20) : place + 20] for place in lost[:3]]


def _assert_known(fact: Fact) -> None:
    assert math.isfinite(fact.value)
    assert fact.value >= 0
    assert read_number(fact.quote) == fact.value
    assert fact.subject in codes.SUBJECTS
    assert fact.indicator in codes.INDICATORS
    assert fact.scope in codes.SCOPES
    assert fact.measure in codes.MEASURES
    assert fact.comparator in codes.COMPARATORS
    assert fact.modality in codes.MODALITIES
    assert fact.province is None or is_province_code(fact.province)
    scale = {*codes.LEVELS.get(fact.indicator, ()), codes.NOT_ASSESSED}
    assert list(fact.levels) == sorted(set(fact.levels))
    assert set(fact.levels) <= scale
    assert fact.base in (codes.BASE_ASSESSED, codes.BASE_ALL) or set(codes.split_levels(fact.base)) <= (
        scale if fact.indicator in codes.LEVELS else _ALL_LEVELS
    )
    assert fact.base == codes.BASE_ASSESSED or fact.measure == "share"
    for period in (fact.period_start, fact.period_end):
        assert period is None or _is_day(period)
    assert (fact.period_start is None) == (fact.period_end is None)
    if fact.period_start is not None and fact.period_end is not None:
        shorter = min(len(fact.period_start), len(fact.period_end))
        assert fact.period_start[:shorter] <= fact.period_end[:shorter]
    assert fact.as_record("p")["value"] == fact.value


def _is_day(period: str) -> bool:
    """Whether a period is an ISO year, month or day of the calendar."""
    if not _PERIOD.fullmatch(period):
        return False
    try:
        date.fromisoformat(period + "-01-01"[len(period) - 4 :])
    except ValueError:
        return False
    return True
