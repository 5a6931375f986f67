"""A share against its count: which whole it is compared with, and what a difference leads to."""

import pytest


def rules(tables):
    return {row["fact_id"]: row["rule_id"] for row in tables.quarantined_facts}


@pytest.mark.parametrize(
    ("share", "outcome"),
    [("17,56%", "accepted"), ("17,6%", "accepted"), ("18%", "accepted"), ("17,65%", "share_mismatch"),
     ("18,5%", "share_mismatch"), ("18,6%", "share_count_mismatch"), ("71,56%", "share_count_mismatch")],
)  # fmt: skip
def test_a_share_beside_23_of_131(new_page, flags_of, share, outcome):
    page = new_page()
    total = page.total("131")
    pair = [page.count("excellent", "23"), page.share("excellent", share)]
    tables = page.judged()
    if outcome == "share_count_mismatch":
        assert rules(tables) == dict.fromkeys(pair, outcome)
        assert "131 at" in tables.quarantined_facts[0]["reason"]
    else:
        expected = {"share_mismatch"} if outcome == "share_mismatch" else set()
        assert [flags_of(tables, fact) - {"incomplete"} for fact in pair] == [expected, expected]
    assert flags_of(tables, total) == set()


def test_without_a_stated_total_the_counts_of_a_whole_distribution_stand_for_it(new_page, flags_of):
    page = new_page()
    pairs = {
        level: (page.count(level, count), page.share(level, share))
        for level, count, share in (
            ("excellent", "137", "20, 4%"), ("good", "478", "71,3%"), ("completed", "56", "8,3%"),
        )
    }  # fmt: skip
    tables = page.judged()
    assert [flags_of(tables, fact) for fact in pairs["good"]] == [{"share_mismatch"}] * 2
    assert [flags_of(tables, fact) for level in ("excellent", "completed") for fact in pairs[level]] == [set()] * 4


def test_counts_of_every_level_stand_for_a_total_where_few_shares_are_given(new_page, flags_of):
    page = new_page()
    for level, count in (("excellent", "20"), ("good", "60"), ("completed", "19"), ("not_completed", "1")):
        page.count(level, count)
    share = page.share("good", "60,5%")
    assert flags_of(page.judged(), share) == {"incomplete", "share_mismatch"}


def test_counts_of_some_levels_are_no_total(new_page, flags_of):
    page = new_page()
    page.count("excellent", "20")
    page.count("good", "60")
    share = page.share("good", "55%")
    assert flags_of(page.judged(), share) == {"incomplete"}


def test_a_comparison_without_a_stated_total_never_quarantines(new_page, flags_of):
    page = new_page()
    for level, count, share in (("excellent", "900", "20%"), ("good", "50", "70%"), ("completed", "50", "10%")):
        page.count(level, count)
        page.share(level, share)
    tables = page.judged()
    assert not tables.quarantined_facts
    assert {row["flags"] for row in tables.validated_facts} == {"share_count_unlikely"}


def test_a_share_of_the_good_or_better_is_compared_with_their_count(new_page, flags_of):
    page = new_page()
    page.total("80")
    page.count("excellent+good", "68")
    own = page.count("excellent", "13")
    fits = page.share("excellent", "19,12%", base="excellent+good")
    tables = page.judged()
    assert not tables.quarantined_facts
    assert flags_of(tables, fits) == flags_of(tables, own) == set()

    page = new_page()
    page.total("80")
    page.count("excellent+good", "68")
    pair = [page.count("excellent", "13"), page.share("excellent", "16,25%", base="excellent+good")]
    assert rules(page.judged()) == dict.fromkeys(pair, "share_count_mismatch")


def test_a_share_of_all_is_not_compared_with_the_assessed(new_page):
    page = new_page()
    page.total("42.800")
    page.count("excellent", "6.120")
    page.share("excellent", "13,1%", base="all")
    page.share("excellent", "14,3%")
    assert not page.judged().quarantined_facts


def test_a_share_of_all_is_compared_with_the_total_of_all(new_page):
    page = new_page()
    page.total("46.700", base="all")
    pair = [page.count("excellent", "6.120"), page.share("excellent", "15,1%", base="all")]
    assert rules(page.judged()) == dict.fromkeys(pair, "share_count_mismatch")


@pytest.mark.parametrize("share", ["10%", "45%", "99%"])
def test_of_several_counts_the_nearest_is_compared(new_page, share):
    page = new_page()
    page.total("100")
    counts = {count: page.count("good", count) for count in ("60", "30", "80")}
    stated = page.share("good", share)
    nearest = {"10%": "30", "45%": "30", "99%": "80"}[share]
    assert rules(page.judged()) == dict.fromkeys((counts[nearest], stated), "share_count_mismatch")


@pytest.mark.parametrize("bounded", ["share", "count", "total"])
def test_bounds_are_not_compared(new_page, bounded):
    page = new_page()
    for measure, levels, quote in (("total", "", "100"), ("count", "good", "50"), ("share", "good", "90%")):
        page.say(measure, levels, quote, comparator="ge" if measure == bounded else "eq")
    assert not page.judged().quarantined_facts


def test_participation_is_compared_like_a_rating(new_page):
    page = new_page()
    shared = {"indicator": "study_participation"}
    page.total("73", **shared)
    pair = [page.count("", "70", **shared), page.share("", "100%", **shared)]
    assert rules(page.judged()) == dict.fromkeys(pair, "share_count_mismatch")


def test_other_indicators_are_not_compared(new_page):
    page = new_page()
    for measure, quote in (("total", "10"), ("count", "44"), ("share", "15%")):
        page.say(measure, "", quote, indicator="award")
    assert not page.judged().quarantined_facts


def test_a_group_held_for_its_sum_is_not_judged_again(new_page):
    page = new_page()
    page.total("100")
    page.count("good", "50")
    page.share("good", "80%")
    page.share("excellent", "30%")
    assert set(rules(page.judged()).values()) == {"rating_sum_over"}
