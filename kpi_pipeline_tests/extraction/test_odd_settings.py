"""How a page is set changes no fact: blanks, capitals, the place of a tone mark, another spelling of a word."""

import re
import unicodedata
from collections.abc import Callable

import pytest

from kpi_pipeline.accuracy import REGISTRY
from kpi_pipeline.accuracy.cases import Case, read_cases
from kpi_pipeline.extraction import Fact, extract, number_tokens, read_number

FILES = ("authored.jsonl", "mechanisms.jsonl")

SETTINGS: dict[str, Callable[[str], str]] = {
    "two blanks": lambda text: re.sub(r"(?<!\d) | (?!\d)", "  ", text),
    "hard blanks": lambda text: text.replace(" ", "\u00a0"),
    "zero width": lambda text: re.sub(r"(?<=[^\W\d]) ", "\u200b ", text),
    "zero width in numbers": lambda text: re.sub(r"(?<=\d)(?=[\d.,%])", "\u200b", text),
    "a blank before marks": lambda text: re.sub(r"(?<=[^\W\d])([,;:])", r" \1", text),
    "a blank before percent": lambda text: re.sub(r"(?<=\d)%", " %", text),
    "no blank behind semicolons": lambda text: text.replace("; ", ";"),
    "levels in capitals": lambda text: re.sub(r"hoàn thành (?:xuất sắc |tốt )?nhiệm vụ", _capital, text),
    "the Party in capitals": lambda text: text.replace("cơ sở đảng", "cơ sở Đảng").replace("đảng viên", "Đảng viên"),
    "the old place of the tone": lambda text: text.replace("hoàn", "hòan").replace("Hoàn", "Hòan"),
    "tỉ lệ": lambda text: text.replace("tỷ lệ", "tỉ lệ").replace("Tỷ lệ", "Tỉ lệ"),
    "wrapped lines": lambda text: "\n".join(_wrapped(line) for line in text.split("\n")),
    "wrapped lines of parted letters": lambda text: unicodedata.normalize("NFD", SETTINGS["wrapped lines"](text)),
    "a source below": lambda text: f"{text}\n\nNguồn: Báo điện tử",
    "a heading above": lambda text: f"Tin hoạt động\n{text}",
}


def _wrapped(line: str) -> str:
    """A long line wrapped where the next word begins small, as a text saved from a reader is."""
    words, lines = ([line] if "|" in line else line.split(" ")), [""]
    for word in words:
        if len(lines[-1]) > 75 and word[:1].islower() and (lines[-1][-1].isalnum() or lines[-1][-1] == ","):
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\n".join(lines)


def _capital(found: re.Match[str]) -> str:
    return found.group().capitalize()


def cases() -> list[Case]:
    return [case for file in FILES for case in read_cases(REGISTRY / file)[0]]


def said(fact: Fact) -> tuple[object, ...]:
    return (
        fact.subject, fact.indicator, fact.levels, fact.measure, fact.comparator, fact.value, fact.base,
        fact.period_start, fact.period_end, fact.modality, fact.scope, fact.province,
    )  # fmt: skip


def ratings(facts: tuple[Fact, ...]) -> list[tuple[object, ...]]:
    return sorted((said(fact) for fact in facts if fact.indicator.endswith("_rating")), key=str)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_setting_changes_no_rating(setting: str) -> None:
    changed = 0
    for case in cases():
        text = SETTINGS[setting](case.text)
        found = extract(text, case.context)
        assert ratings(found.facts) == ratings(extract(case.text, case.context).facts), (case.id, text)
        changed += text != case.text
        spans = {(fact.span_start, fact.span_end) for fact in found.facts}
        spans |= {(item.span_start, item.span_end) for item in found.unread}
        assert set(number_tokens(text)) <= spans, case.id
        for fact in found.facts:
            assert fact.quote == text[fact.span_start : fact.span_end] == fact.quote.strip(), case.id
            assert read_number(fact.quote) == fact.value, case.id
    assert changed > 20
