"""What holds for any rows at all: nothing is lost, nothing raises, and the order of the input does not matter."""

import math
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_pipeline.reference.codes import COMPARATORS, MODALITIES
from kpi_pipeline.validation import RULES, unconserved, ungrounded, validate

LEVELS = ("", "excellent", "good", "completed", "not_completed", "not_assessed", "excellent+good", "completed+good")
QUOTES = ("0%", "20,4%", "20, 4%", "71,3%", "8,3%", "90%", "100%", "104%", "4.201", "137", "478", "671", "0", "mười",
          "không có", "12,5 nghìn")  # fmt: skip
PLAIN = st.fixed_dictionaries(
    {
        "levels": st.sampled_from(LEVELS),
        "measure": st.sampled_from(("count", "share", "total")),
        "quote": st.sampled_from(QUOTES),
        "comparator": st.sampled_from(("eq", "eq", "eq", *COMPARATORS)),
        "base": st.sampled_from(("assessed", "assessed", "all", "excellent+good")),
        "indicator": st.sampled_from(("task_completion_rating", "task_completion_rating", "study_participation")),
        "modality": st.sampled_from(MODALITIES),
        "province": st.sampled_from(("VN-61", "VN-14", None)),
        "period_end": st.sampled_from(("2022", "2021-06", None)),
    }
)
ODD_VALUES = st.one_of(
    st.none(), st.floats(), st.integers(), st.text(max_size=5), st.booleans(), st.lists(st.integers(), max_size=2),
    st.sampled_from((math.nan, math.inf, -math.inf, 1e308, -1.0, 10**400, "VN-00", "eq")),
)  # fmt: skip
ODD = st.dictionaries(
    st.sampled_from(
        ("levels", "measure", "value", "comparator", "base", "indicator", "modality", "province", "period_start",
         "period_end", "annual", "scope", "subject", "span_start", "span_end", "quote", "flags", "published_on",
         "unit_name", "province_valid_from")
    ),
    ODD_VALUES,
    max_size=3,
)  # fmt: skip


def build(new_page, stated):
    pages = [new_page(), new_page("pfedcba9876543210")]
    for position, (fields, odd) in enumerate(stated):
        rest = dict(fields)
        page = pages[position % 2]
        page.say(rest.pop("measure"), rest.pop("levels"), rest.pop("quote"), **rest)
        page.rows[-1].update(odd)
    return [row for page in pages for row in page.rows], {page.page_id: page.text for page in pages}


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(PLAIN, st.just({})), max_size=25), st.randoms(use_true_random=False))
def test_rows_are_conserved_and_their_order_does_not_matter(new_page, stated, order):
    rows, texts = build(new_page, stated)
    tables = validate(rows, texts)
    assert not unconserved(rows, tables.validated_facts, tables.quarantined_facts, tables.merged_facts)
    shuffled = list(rows)
    order.shuffle(shuffled)
    assert validate(shuffled, texts) == tables
    by_order = [(row["page_id"], row["span_start"], row["fact_id"]) for row in tables.validated_facts]
    assert by_order == sorted(by_order)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(PLAIN, st.just({})), max_size=25))
def test_what_is_accepted_keeps_the_promises(new_page, stated):
    rows, texts = build(new_page, stated)
    tables = validate(rows, texts)
    assert not ungrounded(tables.validated_facts, texts)
    held = {group["group_id"] for group in tables.rating_groups if group["verdict"] in ("over", "short")}
    for row in tables.validated_facts:
        assert row["group_id"] is None or row["group_id"] not in held
        assert 0 <= row["value"] <= (100 if row["measure"] == "share" else math.inf)
        assert set(str(row["flags"]).split(",")) - {""} <= {
            rule.id for rule in RULES.values() if rule.severity == "flag"
        }
    accepted = {row["fact_id"] for row in tables.validated_facts}
    for group in tables.rating_groups:
        if group["verdict"] == "complete":
            assert abs(group["share_sum"] - 100) <= group["tolerance"] + 1e-9
        terms = group["fact_ids"].split(",")
        assert len(terms) == group["n_terms"]
        if group["verdict"] in ("over", "short"):
            assert not accepted & set(terms)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(PLAIN, ODD), max_size=12))
def test_odd_rows_raise_nothing_and_are_conserved(new_page, stated):
    rows, texts = build(new_page, stated)
    tables = validate(rows, texts)
    assert not unconserved(rows, tables.validated_facts, tables.quarantined_facts, tables.merged_facts)
    assert all(math.isfinite(row["value"]) for row in tables.validated_facts)


def test_one_page_with_very_many_facts_and_very_long_numbers(new_page):
    page = new_page()
    for seed in range(1000):
        number = random.Random(seed)
        page.share(number.choice(LEVELS[1:]), f"{number.randrange(1000) / 10:.1f}%".replace(".", ","))
        page.count(number.choice(LEVELS[1:]), str(number.randrange(500)))
    page.count("good", "9" * 5000)
    page.share("good", "0" * 5000 + "1,5%")
    tables = page.judged()
    assert not unconserved(page.rows, tables.validated_facts, tables.quarantined_facts, tables.merged_facts)
