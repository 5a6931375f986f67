"""Facts and unread numbers of one page as rows of the lake: ids, the territory of the province, the sentence.

Only the shape of rows; what a text says is read in extract.py, what may be counted is judged in validation/.
"""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Iterable, Mapping

from kpi_pipeline.extraction.fact import Fact, PageContext, Unread
from kpi_pipeline.reference.codes import join_levels
from kpi_pipeline.reference.provinces import province_at

Row = dict[str, object]


def page_context(page: Mapping[str, object], cues: Iterable[tuple[str, str]] = ()) -> PageContext:
    """What extraction may know of a row of cleaned_text; a day that is only that of the capture is kept from it."""
    return PageContext(
        published_on=_text(page["published_on"]),
        day_known=page["day_source"] != "captured",
        url=_text(page["url"]),
        source_province=_text(page["source_province"]),
        title=_text(page["title"]),
        cues=tuple(cues),
    )


def fact_rows(page: Mapping[str, object], text: str, facts: Iterable[Fact]) -> list[Row]:
    """Rows of extracted_facts for the facts of one page, ordered by span and id.

    `page` carries page_id, page_version, published_on and url. What is the same in span and fields is one row.
    """
    rows = {str(row["fact_id"]): row for row in (_fact_row(page, text, fact) for fact in facts)}
    return sorted(rows.values(), key=lambda row: (row["span_start"], row["span_end"], row["fact_id"]))


def unread_rows(page: Mapping[str, object], unread: Iterable[Unread]) -> list[Row]:
    """Rows of unread_numbers for one page, ordered by span."""
    rows: list[Row] = [
        {
            "page_id": page["page_id"],
            "page_version": page["page_version"],
            "published_on": page["published_on"],
            "span_start": number.span_start,
            "span_end": number.span_end,
            "quote": number.quote,
            "reason": number.reason,
            "phrase": number.phrase,
        }
        for number in unread
    ]
    return sorted(rows, key=lambda row: (row["span_start"], row["span_end"]))


def last_day(period: str | None) -> str | None:
    """The last day of a year, month or day given in ISO form: "2021" is 2021-12-31."""
    if not period:
        return None
    if len(period) == 4:
        return f"{period}-12-31"
    if len(period) == 7:
        year, month = int(period[:4]), int(period[5:7])
        return f"{period}-{calendar.monthrange(year, month)[1]:02d}" if 1 <= month <= 12 else None
    return period


def _fact_row(page: Mapping[str, object], text: str, fact: Fact) -> Row:
    end = last_day(fact.period_end)
    province = province_at(fact.province, end) if fact.province and end else None
    fields: Row = {
        "province": fact.province,
        "province_valid_from": province.valid_from if province else None,
        "province_evidence": fact.province_evidence,
        "scope": fact.scope,
        "subject": fact.subject,
        "indicator": fact.indicator,
        "levels": join_levels(fact.levels),
        "measure": fact.measure,
        "value": float(fact.value),
        "comparator": fact.comparator,
        "base": fact.base,
        "period_start": fact.period_start,
        "period_end": fact.period_end,
        "annual": fact.annual,
        "modality": fact.modality,
        "unit_name": fact.unit_name,
        "subset": fact.subset,
        "span_start": fact.span_start,
        "span_end": fact.span_end,
    }
    stated = (f"{name}={value}" for name, value in fields.items())
    identity = "\x1f".join([str(page["page_id"]), str(page["page_version"]), *stated])
    return {
        "fact_id": "f" + hashlib.sha256(identity.encode()).hexdigest()[:16],
        "page_id": page["page_id"],
        "page_version": page["page_version"],
        "published_on": page["published_on"],
        "url": page["url"],
        **fields,
        "quote": fact.quote,
        "sentence_start": fact.sentence_start,
        "sentence_end": fact.sentence_end,
        "sentence": text[fact.sentence_start : fact.sentence_end],
        "reading": fact.reading,
        "flags": ",".join(sorted(fact.flags)),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
