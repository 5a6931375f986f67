"""Rating groups: which facts are added, how far from 100 they may be, and what follows."""

import pytest


def only_group(tables):
    (group,) = tables.rating_groups
    return group


def rules_by_id(tables):
    return {row["fact_id"]: row["rule_id"] for row in tables.quarantined_facts}


@pytest.mark.parametrize(
    ("shares", "tolerance"),
    [
        ({"excellent": "20,4%", "good": "71,3%"}, 0.5),
        ({"excellent": "20, 4%", "good": "71,3%"}, 0.5),
        ({"excellent": "20%", "good": "71%", "completed": "8,3%"}, 1.05),
        ({"excellent": "20,40%", "good": "71%"}, 0.505),
        ({"excellent": "20%", "good": "71%", "completed": "8%", "not_completed": "0,0%"}, 1.55),
        ({"excellent": "một trăm"}, 0.5),
    ],
)
def test_tolerance_is_half_a_unit_of_each_last_digit_and_half_a_point_at_least(new_page, shares, tolerance):
    page = new_page()
    for level, quote in shares.items():
        page.share(level, quote)
    assert only_group(page.judged())["tolerance"] == pytest.approx(tolerance, abs=1e-12)


def test_a_sum_of_100_1_is_complete(new_page, flags_of):
    page = new_page()
    page.total("151")
    facts = []
    for levels, count, share in (
        ("excellent+good", "133", "88,1%"), ("completed", "17", "11,3%"), ("not_completed", "1", "0,7%"),
    ):  # fmt: skip
        facts += [page.count(levels, count), page.share(levels, share)]
    tables = page.judged()
    group = only_group(tables)
    assert (group["verdict"], group["share_sum"], group["n_terms"]) == ("complete", 100.1, 3)
    assert group["fact_ids"] == ",".join(facts[1::2])
    assert all(flags_of(tables, fact) == set() for fact in facts)


def test_a_level_inside_another_is_not_added_twice(new_page):
    page = new_page()
    page.share("excellent+good", "91,7%")
    inside = page.share("excellent", "20,4%")
    page.share("completed", "8,3%")
    tables = page.judged()
    group = only_group(tables)
    assert (group["verdict"], group["share_sum"]) == ("complete", 100.0)
    assert inside not in group["fact_ids"]
    assert len(tables.validated_facts) == 3


def test_overlapping_sets_leave_one_out(new_page):
    page = new_page()
    page.share("excellent", "20%")
    page.share("excellent+good", "91%")
    page.share("completed+good", "80%")
    assert only_group(page.judged())["share_sum"] == 100.0


def test_units_not_assessed_lie_outside_the_sum_and_the_total(new_page):
    page = new_page()
    page.total("100")
    page.share("good", "100%")
    page.share("not_assessed", "9%")
    page.count("not_assessed", "120")
    tables = page.judged()
    assert only_group(tables)["share_sum"] == 100.0
    assert not tables.quarantined_facts


@pytest.mark.parametrize(
    "other",
    [
        {"province": "VN-14"},
        {"scope": "district"},
        {"unit_name": "huyện Kim Sơn"},
        {"subset": "nữ"},
        {"subject": "party_member"},
        {"indicator": "study_result"},
        {"period_start": "2021", "period_end": "2021"},
        {"annual": True},
        {"modality": "target"},
        {"base": "all"},
        {"comparator": "ge"},
    ],
)
def test_what_differs_in_the_key_is_not_added(new_page, other):
    page = new_page()
    page.share("excellent", "60%")
    page.share("good", "60%", **other)
    tables = page.judged()
    assert not tables.quarantined_facts
    assert {group["share_sum"] for group in tables.rating_groups} == {60.0}


def test_groups_of_two_pages_stay_apart(new_page):
    from kpi_pipeline.validation import validate

    one, two = new_page(), new_page("pfedcba9876543210")
    one.share("excellent", "60%")
    two.share("good", "60%")
    tables = validate(two.rows + one.rows, {page.page_id: page.text for page in (one, two)})
    assert [group["page_id"] for group in tables.rating_groups] == [one.page_id, two.page_id]
    assert len({group["group_id"] for group in tables.rating_groups}) == 2
    assert not tables.quarantined_facts


def test_targets_of_a_part_of_the_good_or_better_do_not_add_up(new_page):
    page = new_page()
    target = {"modality": "target", "annual": True, "period_start": "2020", "period_end": "2025", "province": "VN-53"}
    page.share("excellent+good", "85%", **target)
    page.share("excellent", "20%", base="excellent+good", **target)
    tables = page.judged()
    assert only_group(tables)["share_sum"] == 85.0
    assert not tables.quarantined_facts


def test_over_100_holds_counts_totals_and_bounds_of_the_group_and_nothing_else(new_page):
    page = new_page()
    held = [
        page.share("excellent", "24,4%"), page.share("good", "71,3%"), page.share("completed", "8,3%"),
        page.count("good", "478"), page.total("671"), page.share("completed+excellent+good", "99%", comparator="gt"),
    ]  # fmt: skip
    free = [page.share("excellent", "21%", base="excellent+good"), page.count("good", "478", subject="party_member")]
    tables = page.judged()
    assert rules_by_id(tables) == dict.fromkeys(held, "rating_sum_over")
    assert only_group(tables)["verdict"] == "over"
    assert [row["fact_id"] for row in tables.validated_facts] == free
    assert {row["group_id"] for row in tables.quarantined_facts} == {only_group(tables)["group_id"]}


def test_short_of_100_is_held_when_the_levels_cover_the_scale(new_page):
    page = new_page()
    for level, quote in (("excellent+good", "80%"), ("completed", "10%"), ("not_completed", "1%")):
        page.share(level, quote)
    tables = page.judged()
    assert only_group(tables)["verdict"] == "short"
    assert set(rules_by_id(tables).values()) == {"rating_sum_short"}


def test_short_of_100_is_held_when_its_counts_make_the_total(new_page):
    page = new_page()
    page.total("100")
    for level, count, share in (("excellent", "20", "20%"), ("good", "80", "70%")):
        page.count(level, count)
        page.share(level, share)
    assert set(rules_by_id(page.judged()).values()) == {"rating_sum_short"}


def test_counts_of_levels_without_a_share_do_not_make_a_group_short(new_page, flags_of):
    page = new_page()
    shared = {"indicator": "clean_strong_rating", "period_start": "2013", "period_end": "2013"}
    page.total("126", **shared)
    for level, count in (
        ("exemplary", "17"), ("clean_strong", "58"), ("good", "40"), ("completed", "10"), ("weak", "1"),
    ):  # fmt: skip
        page.count(level, count, **shared)
    share = page.share("exemplary", "13,49%", **shared)
    page.share("clean_strong", "46,03%", **shared)
    page.share("good", "31,75%", **shared)
    tables = page.judged()
    assert only_group(tables)["verdict"] == "incomplete"
    assert not tables.quarantined_facts
    assert flags_of(tables, share) == {"incomplete"}


@pytest.mark.parametrize(("clean_strong", "verdict"), [("45%", "complete"), ("60%", "complete"), ("66%", "over")])
def test_exemplary_stands_beside_clean_strong_or_inside_it(new_page, clean_strong, verdict):
    page = new_page()
    for level, quote in (
        ("exemplary", "15%"), ("clean_strong", clean_strong), ("good", "30%"), ("completed", "9%"), ("weak", "1%"),
    ):  # fmt: skip
        page.share(level, quote, indicator="clean_strong_rating")
    assert only_group(page.judged())["verdict"] == verdict


def test_the_scale_is_covered_without_exemplary(new_page):
    page = new_page()
    for level, quote in (("clean_strong", "60%"), ("good", "20%"), ("completed", "9%"), ("weak", "1%")):
        page.share(level, quote, indicator="clean_strong_rating")
    assert only_group(page.judged())["verdict"] == "short"


def test_two_levels_of_four_are_incomplete(new_page, flags_of):
    page = new_page()
    one, two, count = page.share("excellent", "20%"), page.share("good", "70%"), page.count("good", "70")
    tables = page.judged()
    assert only_group(tables)["verdict"] == "incomplete"
    assert flags_of(tables, one) == flags_of(tables, two) == {"incomplete"}
    assert flags_of(tables, count) == set()


def test_of_two_values_of_a_level_the_one_that_fits_is_added_and_both_are_flagged(new_page, flags_of):
    page = new_page()
    wrong, fits = page.share("good", "78%"), page.share("good", "70%")
    page.share("excellent", "20%")
    page.share("completed", "10%")
    tables = page.judged()
    group = only_group(tables)
    assert (group["verdict"], group["n_terms"]) == ("complete", 3)
    assert fits in group["fact_ids"]
    assert wrong not in group["fact_ids"]
    assert flags_of(tables, wrong) == flags_of(tables, fits) == {"value_conflict"}


def test_very_many_values_of_each_level_end_in_the_quarantine(new_page):
    page = new_page()
    for tenth in range(60):
        for level in ("excellent", "good", "completed", "not_completed"):
            page.share(level, f"5{tenth // 10},{tenth % 10}%")
    tables = page.judged()
    assert only_group(tables)["verdict"] == "over"
    assert len(tables.quarantined_facts) == 240


def test_with_two_totals_the_larger_one_judges_and_both_are_flagged(new_page, flags_of):
    page = new_page()
    totals = [page.total("150"), page.total("152")]
    page.count("good", "151")
    page.share("good", "99,3%")
    tables = page.judged()
    assert not tables.quarantined_facts
    assert [flags_of(tables, total) for total in totals] == [{"value_conflict"}] * 2


def test_counts_are_held_only_when_every_reading_is_above_every_total(new_page):
    page = new_page()
    page.total("150")
    page.total("152")
    page.count("excellent", "100")
    page.count("good", "51")
    page.count("good", "60")
    assert not page.judged().quarantined_facts
    page.count("completed", "2")
    assert set(rules_by_id(page.judged()).values()) == {"counts_over_total"}


def test_exemplary_without_clean_strong_is_added(new_page):
    page = new_page()
    page.share("exemplary", "30%", indicator="clean_strong_rating")
    page.share("good", "80%", indicator="clean_strong_rating")
    assert only_group(page.judged())["verdict"] == "over"


def test_two_counts_above_the_total_make_the_total_the_suspect(new_page):
    page = new_page()
    page.total("15")
    page.count("excellent", "132")
    page.count("good", "18")
    page.count("completed", "1")
    tables = page.judged()
    assert not tables.validated_facts
    assert set(rules_by_id(tables).values()) == {"counts_over_total"}


def test_one_count_above_the_total_is_held_alone(new_page):
    page = new_page()
    page.total("151")
    slip = page.count("excellent+good", "1.320")
    page.count("completed", "18")
    page.share("excellent+good", "87,4%")
    assert rules_by_id(page.judged()) == {slip: "count_above_total"}


def test_lower_bounds_count_with_their_bound_and_approximate_counts_not_at_all(new_page):
    page = new_page()
    page.total("150")
    page.count("excellent", "100", comparator="gt")
    page.count("good", "51")
    assert set(rules_by_id(page.judged()).values()) == {"counts_over_total"}

    page = new_page()
    page.total("150")
    page.count("excellent", "100", comparator="approx")
    page.count("good", "51")
    assert not page.judged().quarantined_facts


def test_a_bound_is_no_total(new_page):
    page = new_page()
    page.total("150", comparator="gt")
    page.count("good", "151")
    assert not page.judged().quarantined_facts


def test_a_total_of_0_is_held_when_units_are_counted_in_it(new_page):
    page = new_page()
    total = page.total("0")
    page.count("good", "5")
    assert rules_by_id(page.judged()) == {total: "value_out_of_range"}

    page = new_page()
    page.total("0")
    page.count("good", "0")
    assert not page.judged().quarantined_facts


def test_parts_that_all_stand_there_and_miss_their_whole_are_flagged(new_page, flags_of):
    page = new_page()
    whole, one, two = page.count("excellent+good", "100"), page.count("excellent", "20"), page.count("good", "70")
    tables = page.judged()
    assert flags_of(tables, whole) == flags_of(tables, one) == flags_of(tables, two) == {"parts_mismatch"}


def test_a_group_without_shares_has_an_id_on_its_facts_and_no_row(new_page):
    page = new_page()
    page.total("148")
    page.count("good", "141")
    tables = page.judged()
    assert not tables.rating_groups
    assert len({row["group_id"] for row in tables.validated_facts}) == 1
    assert tables.validated_facts[0]["group_id"]


def test_facts_of_no_rating_have_no_group(new_page):
    page = new_page()
    page.share("", "95%", indicator="emulation_title")
    page.share("", "15%", indicator="emulation_title")
    tables = page.judged()
    assert [row["group_id"] for row in tables.validated_facts] == [None, None]
    assert not tables.rating_groups
