"""Every rule of the catalogue: what it says, one broken value that makes it fire, and a hair less that does not."""

import re

import pytest

from kpi_pipeline.reference.codes import PAGE_STATUSES
from kpi_pipeline.validation import RULES, rules_of


def one_share(page, **fields):
    page.share("good", "71,3%", **fields)


def distribution(page, good, **fields):
    """Three shares beside `good`; with 71,3% they add to 100."""
    page.share("excellent", "20,4%", **fields)
    page.share("good", good, **fields)
    page.share("completed", "8,3%", **fields)


def unknown_code(page, broken):
    one_share(page, subject="grassroots_party_organization" if broken else "grassroots_party_organisation")


def bad_period(page, broken):
    one_share(page, period_end="2021-02-29" if broken else "2020-02-29", period_start="2020")


def span_not_grounded(page, broken):
    one_share(page, **({"value": 71.4} if broken else {}))


def value_out_of_range(page, broken):
    page.share("good", "100,1%" if broken else "100,0%")


def count_above_total(page, broken):
    page.total("151")
    page.count("good", "152" if broken else "151")


def counts_over_total(page, broken):
    page.total("671")
    page.count("excellent", "137")
    page.count("good", "479" if broken else "478")
    page.count("completed", "56")


def rating_sum_over(page, broken):
    distribution(page, "71,9%" if broken else "71,8%")


def rating_sum_short(page, broken):
    distribution(page, "70,6%" if broken else "70,7%")
    page.share("not_completed", "0,1%")


def share_count_mismatch(page, broken):
    page.total("1000")
    page.count("good", "712")
    page.share("good", "72,3%" if broken else "72,2%")


def dropped_by_correction(page, broken):
    one_share(page)
    if broken:
        page.correct("drop", "71,3%", expected="71.3")


def corrected(page, broken):
    one_share(page)
    if broken:
        page.correct("override", "71,3%", field="base", expected="assessed", new="all")


def incomplete(page, broken):
    distribution(page, "70,7%" if broken else "70,8%")


def share_mismatch(page, broken):
    page.total("671")
    page.count("good", "478")
    page.share("good", "71,3%" if broken else "71,2%")


def share_count_unlikely(page, broken):
    for level, share in (("excellent", "20%"), ("good", "70%"), ("completed", "10%")):
        page.share(level, share)
    page.count("excellent", "200")
    page.count("good", "735" if broken else "734")
    page.count("completed", "100")


def value_conflict(page, broken):
    page.share("good", "71%")
    page.share("good", "70,4%" if broken else "70,5%")


def parts_mismatch(page, broken):
    page.count("excellent+good", "100")
    page.count("excellent", "101" if broken else "100")


def unplaced(page, broken):
    one_share(page, period_start="2022-07" if broken else "2022-01", period_end="2022-12")


def term_mended(page, broken):
    one_share(page, flags="term_mended" if broken else "")


def extractor_flag(code):
    """A flag that the extractor sets: it comes through as it was set."""

    def case(page, broken):
        one_share(page, flags=code if broken else "")

    case.__name__ = code
    return case


def approximate(page, broken):
    one_share(page, comparator="approx" if broken else "eq")


def repeated_mention(page, broken):
    one_share(page)
    one_share(page, unit_name=None if broken else "huyện Kim Sơn")


FIRING = {
    case.__name__: case
    for case in (
        unknown_code, bad_period, span_not_grounded, value_out_of_range, count_above_total, counts_over_total,
        rating_sum_over, rating_sum_short, share_count_mismatch, dropped_by_correction, corrected, incomplete,
        share_mismatch, share_count_unlikely, value_conflict, parts_mismatch, unplaced, term_mended, approximate,
        repeated_mention,
        *map(extractor_flag, ("period_assumed", "scope_assumed", "base_unsure", "cumulative", "percent_lost")),
    )
}  # fmt: skip


def fired(tables):
    """The rules that a judgement names, in the quarantine, in flags and by merging."""
    found = {str(row["rule_id"]) for row in tables.quarantined_facts}
    for row in tables.validated_facts:
        found |= set(str(row["flags"]).split(",")) - {""}
    return found | ({"repeated_mention"} if tables.merged_facts else set())


@pytest.mark.parametrize("rule_id", FIRING)
def test_one_broken_value_makes_the_rule_fire(rule_id, new_page):
    page = new_page()
    FIRING[rule_id](page, True)
    assert rule_id in fired(page.judged())


@pytest.mark.parametrize("rule_id", FIRING)
def test_a_hair_less_does_not(rule_id, new_page):
    page = new_page()
    FIRING[rule_id](page, False)
    assert rule_id not in fired(page.judged())


def test_no_rule_goes_without_such_a_test():
    assert set(FIRING) == {rule.id for rule in RULES.values() if rule.severity != "page"}


def test_page_rules_are_the_statuses_of_pages_that_gave_no_text():
    assert {rule.id for rule in rules_of("page")} == set(PAGE_STATUSES) - {"ok"}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_says_what_is_wrong_and_what_to_do(rule):
    assert re.fullmatch(r"[a-z_]+", rule.id)
    assert not rule.title.endswith(".")
    for text in (rule.sentence, rule.what_to_do):
        assert text.endswith(".")
        assert len(text.split()) >= 6


def test_quarantined_rows_carry_rule_reason_and_remedy(new_page):
    page = new_page()
    rating_sum_over(page, True)
    for row in page.judged().quarantined_facts:
        assert row["rule_id"] == "rating_sum_over"
        assert "add to 100.6 %" in row["reason"]
        assert f"71.9 at {page.rows[1]['span_start']}-{page.rows[1]['span_end']}" in row["reason"]
        assert row["remedy"] == RULES["rating_sum_over"].what_to_do
