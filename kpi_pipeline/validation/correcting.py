"""Corrections at work: what they change in the candidate rows before the rules, and let in after them.

Belongs here: the changes and their record; a correction that does not hold changes nothing. Does not belong here: the
corrections file (see corrections), finding the fact that is meant (see locating) and the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kpi_pipeline.extraction.fact import Fact, read_number
from kpi_pipeline.extraction.record import fact_rows
from kpi_pipeline.reference.codes import split_levels
from kpi_pipeline.validation.candidate import Candidate, Row, fact_key, read_row, text_of
from kpi_pipeline.validation.correctable import FLAG, with_fields
from kpi_pipeline.validation.corrections import FACT, FACT_DEFAULTS, RULE, Correction, parts
from kpi_pipeline.validation.locating import NotHolding, sentence_around, spans_of, target
from kpi_pipeline.validation.soundness import bad_period, out_of_range, unknown_code

DROPPED = "dropped_by_correction"

Record = dict[str, object]
Key = tuple[object, ...]


@dataclass
class Corrected:
    """Candidate rows after the corrections, and what must be known of them while they are judged.

    `stated` maps a fact id to the value that its page states where a correction gives another; `applied` are rows of
    applied_corrections, those that do not hold with their `problem`.
    """

    rows: list[Row]
    stated: dict[str, float] = field(default_factory=dict)
    drops: dict[str, Correction] = field(default_factory=dict)
    accepts: dict[str, list[Correction]] = field(default_factory=dict)
    applied: list[Record] = field(default_factory=list)


def correct(
    rows: Iterable[Row], texts: Mapping[str, str], corrections: Sequence[Correction], pages: Mapping[str, Row]
) -> Corrected:
    """Apply corrections to rows of extracted_facts; one that does not hold changes nothing and says why.

    A correction is about a fact: all mentions on the page with the same fields are corrected with it. `pages` gives
    the rows of cleaned_text by page id, for facts that are added.
    """
    corrected = Corrected(list(rows))
    by_page: dict[str, list[Correction]] = {}
    for correction in corrections:
        if correction.lost:
            _refuse(corrected, correction, NotHolding("no such page", correction.lost))
        else:
            by_page.setdefault(correction.page_id, []).append(correction)
    if not by_page:
        return corrected
    facts: dict[str, dict[int, Candidate]] = {page_id: {} for page_id in by_page}
    for place, row in enumerate(corrected.rows):
        if (page_id := text_of(row, "page_id")) in facts:
            facts[page_id][place] = read_row(row)
    for page_id, meant in by_page.items():
        _correct_page(corrected, meant, facts[page_id], texts.get(page_id), pages.get(page_id))
    return corrected


def drop(mentions: Iterable[Candidate], corrected: Corrected) -> None:
    """Hold the mentions that a correction drops, before any rule looks at them."""
    for mention in mentions:
        if (correction := corrected.drops.get(mention.fact_id)) is not None:
            mention.quarantine(DROPPED, correction.told)


def accept(mentions: Iterable[Candidate], corrected: Corrected) -> None:
    """Let in the facts that a correction accepts, after all rules; one whose rule holds no fact of it is refused."""
    asked: dict[str, tuple[Correction, list[Candidate]]] = {}
    for mention in mentions:
        for correction in corrected.accepts.get(mention.fact_id, ()):
            asked.setdefault(correction.id, (correction, []))[1].append(mention)
    held = {fact: mention.rule_id for _, meant in asked.values() for mention in meant for fact in [mention.fact_id]}
    for correction, meant in asked.values():
        fired = [mention for mention in meant if held[mention.fact_id] == correction.expected]
        for mention in fired:
            mention.rule_id, mention.reason = None, ""
            mention.flags.add(FLAG)
            corrected.applied.append(_record(correction, mention.row))
        if not fired:
            rules = sorted({held[mention.fact_id] or "no rule" for mention in meant})
            problem = "The rule no longer holds this fact: remove the row, or name the rule that does."
            _refuse(corrected, correction, NotHolding(" and ".join(rules), problem))


def _correct_page(
    corrected: Corrected, meant: Iterable[Correction], facts: dict[int, Candidate], text: str | None, page: Row | None
) -> None:
    claims: dict[tuple[Key, str], Correction] = {}
    changes: dict[Key, list[Correction]] = {}
    for correction in meant:
        try:
            if text is None or (correction.field == FACT and page is None):
                raise NotHolding("no text", "The page has not been read yet: `kpi run`, then look again.")
            if correction.field == FACT:
                row = _added(correction, facts.values(), text, page or {})
                if any(text_of(known, "fact_id") == row["fact_id"] for known in corrected.rows):
                    raise NotHolding("the fact", "Another row adds the same fact: remove one of the two.")
                corrected.rows.append(row)
                corrected.applied.append(_record(correction, row))
                continue
            key = fact_key(target(correction, facts.values(), text))
            _claim(claims, key, correction)
        except NotHolding as trouble:
            _refuse(corrected, correction, trouble)
        else:
            changes.setdefault(key, []).append(correction)
    for key, together in changes.items():
        mentions = {place: fact for place, fact in facts.items() if fact_key(fact) == key}
        _change(corrected, together, mentions)


def _claim(claims: dict[tuple[Key, str], Correction], key: Key, correction: Correction) -> None:
    """Let each field of a fact be corrected once, and a dropped fact not at all."""
    thing = f"{RULE} {correction.expected}" if correction.field == RULE else correction.field
    thing = correction.action if correction.action == "drop" else thing
    others = [
        other for (fact, what), other in claims.items() if fact == key and (what == thing or "drop" in (what, thing))
    ]
    if others:
        raise NotHolding(
            f"a row for {others[0].action} {others[0].field}",
            f"The row of line {others[0].line} is about the same fact and excludes this one: keep one.",
        )
    claims[key, thing] = correction


def _change(corrected: Corrected, together: Sequence[Correction], mentions: Mapping[int, Candidate]) -> None:
    """Carry out the corrections of one fact on all its mentions, or none of them where the outcome could not be."""
    values = {
        correction.field: correction.new for correction in together if correction.action in ("override", "complete")
    }
    if values:
        outcome = with_fields(next(iter(mentions.values())).row, values)
        if trouble := unknown_code(outcome) or bad_period(outcome) or out_of_range(read_row(outcome)):
            for correction in together:
                _refuse(
                    corrected, correction, NotHolding(trouble, "What the rows make of the fact cannot be: mend new.")
                )
            return
    for place, mention in mentions.items():
        if values:
            corrected.rows[place] = with_fields(mention.row, values)
        if "value" in values:
            corrected.stated[mention.fact_id] = mention.value
        for correction in together:
            if correction.action == "accept":
                corrected.accepts.setdefault(mention.fact_id, []).append(correction)
                continue
            if correction.action == "drop":
                corrected.drops[mention.fact_id] = correction
            corrected.applied.append(_record(correction, mention.row))


def _added(correction: Correction, facts: Iterable[Candidate], text: str, page: Row) -> Record:
    """The row of a fact that a correction adds; `NotHolding` where its place is unsure or it is there already."""
    spans = spans_of(correction, text)
    if len(spans) > 1:
        raise NotHolding(f"{len(spans)} times", f"Fill in occurrence, 1 to {len(spans)}.")
    [(start, end)] = spans
    told = {**FACT_DEFAULTS, **parts(correction.new)}
    period_start, _, period_end = told["period"].partition("/")
    first, last = sentence_around(text, start, end)
    fact = Fact(
        province=told["province"] or None,
        province_evidence="correction" if told["province"] else None,
        scope=told["scope"],
        subject=told["subject"],
        indicator=told["indicator"],
        levels=split_levels(told["levels"]),
        measure=told["measure"],
        value=read_number(correction.quote),
        comparator=told["comparator"],
        base=told["base"],
        period_start=period_start or None,
        period_end=(period_end if "/" in told["period"] else period_start) or None,
        annual=told["annual"] == "true",
        modality=told["modality"],
        unit_name=told["unit_name"] or None,
        subset=told["subset"] or None,
        span_start=start,
        span_end=end,
        quote=correction.quote,
        sentence_start=first,
        sentence_end=last,
        reading="correction",
        flags=(FLAG,),
    )
    [row] = fact_rows(page, text, [fact])
    added = read_row(row)
    if any((known.start, known.end) == (start, end) and fact_key(known) == fact_key(added) for known in facts):
        raise NotHolding("the fact", "The fact is read from the page by now: remove the row.")
    if trouble := unknown_code(row) or bad_period(row) or out_of_range(added):
        raise NotHolding(trouble, "The fact that the row adds cannot be: mend new.")
    return row


def _record(correction: Correction, row: Row) -> Record:
    """The row of applied_corrections for a correction and one mention that it was applied to."""
    return {**_said(correction), "fact_id": row.get("fact_id"), "problem": None, "found": None, "line": 0}


def _refuse(corrected: Corrected, correction: Correction, trouble: NotHolding) -> None:
    told = {"fact_id": None, "problem": str(trouble), "found": trouble.found, "line": correction.line}
    corrected.applied.append({**_said(correction), **told})


def _said(correction: Correction) -> Record:
    return {
        "correction_id": correction.id,
        "page_id": correction.page_id or None,
        "published_on": correction.day,
        "page": correction.page,
        "action": correction.action,
        "field": correction.field,
        "quote": correction.quote,
        "old_value": correction.expected,
        "new_value": correction.new,
        "reason": correction.reason,
        "who": correction.who,
        "corrected_on": correction.when,
    }
