"""Validation of a day or of many: every candidate fact is accepted, quarantined or merged, and none is lost.

Belongs here: the order in which the rules are applied and the rows that come out. Does not belong here: the rules
themselves and where rows are kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType

from kpi_pipeline.reference.codes import RATINGS
from kpi_pipeline.validation.candidate import Candidate, Key, Row, assessed, group_id, read_row
from kpi_pipeline.validation.comparison import judge_shares, judge_shares_unstated
from kpi_pipeline.validation.correcting import Corrected, accept, correct, drop
from kpi_pipeline.validation.corrections import Correction
from kpi_pipeline.validation.merge import merge_mentions
from kpi_pipeline.validation.placement import province_valid_from, unplaced
from kpi_pipeline.validation.rating_groups import Group, ShareSum, group_row, judge_counts, judge_group, judge_total
from kpi_pipeline.validation.rules import RULES
from kpi_pipeline.validation.soundness import judge_alone

_COMPARED = (*RATINGS, "study_participation")
"""Indicators that a total can stand beside."""


@dataclass
class Tables:
    """What validation gives: rows with the columns of the tables of the same names, ordered by page, span and id."""

    validated_facts: list[dict[str, object]] = field(default_factory=list)
    quarantined_facts: list[dict[str, object]] = field(default_factory=list)
    merged_facts: list[dict[str, object]] = field(default_factory=list)
    rating_groups: list[dict[str, object]] = field(default_factory=list)
    applied_corrections: list[dict[str, object]] = field(default_factory=list)


def validate(
    rows: Iterable[Row],
    texts: Mapping[str, str],
    corrections: Sequence[Correction] = (),
    pages: Mapping[str, Row] = MappingProxyType({}),
) -> Tables:
    """Judge rows of extracted_facts, of any number of days and in any order, and give the five tables.

    `texts` holds the cleaned text of each page by page id, `pages` the rows of cleaned_text, which a correction that
    adds a fact needs. Never raises on what stands in a row: a row that cannot be judged is quarantined. `len(rows)`,
    and one for each fact that a correction adds, is the number of rows accepted, quarantined and merged together.
    """
    corrected = correct(rows, texts, corrections, pages)
    candidates = sorted(
        map(read_row, corrected.rows), key=lambda found: (found.page_id, found.start, found.fact_id, found.end)
    )
    tables = Tables()
    for page_id, mentions in groupby(candidates, key=lambda found: found.page_id):
        _validate_page(list(mentions), texts.get(page_id), tables, corrected)
    tables.applied_corrections = sorted(
        corrected.applied, key=lambda row: (str(row["correction_id"]), str(row["fact_id"] or ""), str(row["line"]))
    )
    return tables


def _validate_page(mentions: list[Candidate], text: str | None, tables: Tables, corrected: Corrected) -> None:
    """Judge one page: each mention by itself, then mentions merged, then groups, then shares against counts."""
    for mention in mentions:
        mention.stated = corrected.stated.get(mention.fact_id)
    drop(mentions, corrected)
    for mention in mentions:
        judge_alone(mention, text)
    facts, merged_into = merge_mentions([mention for mention in mentions if mention.accepted])
    contexts: dict[Key, list[Candidate]] = {}
    for fact in facts:
        if fact.indicator in _COMPARED:
            contexts.setdefault(fact.context, []).append(fact)
    for together in contexts.values():
        _judge_context(together, tables)
    accept(mentions, corrected)
    for mention in mentions:
        first = merged_into.get(mention)
        if first is None:
            _put(mention, tables)
        else:
            tables.merged_facts.append({**mention.row, "merged_into": first.fact_id})


def _judge_context(facts: list[Candidate], tables: Tables) -> None:
    """Judge the facts of one population, indicator and period on a page: its groups by base, then shares and counts."""
    bases: dict[str | None, list[Candidate]] = {}
    for fact in facts:
        bases.setdefault(fact.base, []).append(fact)
    judged: tuple[Group, ShareSum | None] | None = None
    for base, members in bases.items():
        group = _group(base, members)
        if group and assessed(members[0]):
            share_sum = judge_group(group)
            judged = group, share_sum
            if share_sum:
                tables.rating_groups.append(group_row(group, share_sum))
        else:
            judge_total(members)
            judge_counts(members)
    judge_shares(facts)
    if judged:
        judge_shares_unstated(*judged)


def _group(base: str | None, members: Sequence[Candidate]) -> Group | None:
    """The rating group of facts that share a base, its id given to each of them; None when they are no rating."""
    first = members[0]
    indicator = first.indicator
    if indicator not in RATINGS:
        return None
    identity = group_id(first.page_id, first.context, base)
    for member in members:
        member.group_id = identity
    return Group(identity, indicator, tuple(members))


def _put(fact: Candidate, tables: Tables) -> None:
    if fact.rule_id is not None:
        tables.quarantined_facts.append(
            {
                **fact.row,
                "group_id": fact.group_id,
                "rule_id": fact.rule_id,
                "reason": fact.reason,
                "remedy": RULES[fact.rule_id].what_to_do,
            }
        )
        return
    if fact.comparator == "approx":
        fact.flags.add("approximate")
    if unplaced(fact.row) is not None:
        fact.flags.add("unplaced")
    tables.validated_facts.append(
        {
            **fact.row,
            "province_valid_from": province_valid_from(fact.row),
            "flags": ",".join(sorted(fact.flags)),
            "group_id": fact.group_id,
            "n_mentions": fact.n_mentions,
        }
    )
