"""Mentions: what is said twice on a page is one fact, and its other mentions are kept beside it."""

import pytest


def test_the_earliest_mention_stands_for_all(new_page):
    page = new_page()
    first, second, third = (page.share("good", "71,3%") for _ in range(3))
    page.rows.reverse()
    tables = page.judged()
    (kept,) = tables.validated_facts
    assert (kept["fact_id"], kept["n_mentions"]) == (first, 3)
    assert [(row["fact_id"], row["merged_into"]) for row in tables.merged_facts] == [(second, first), (third, first)]


def test_a_repeated_share_is_added_once(new_page):
    page = new_page()
    for quote, levels in (("60%", "excellent"), ("60%", "excellent"), ("40%", "good")):
        page.share(levels, quote)
    tables = page.judged()
    assert (tables.rating_groups[0]["share_sum"], tables.rating_groups[0]["n_terms"]) == (100.0, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"province": "VN-14"}, {"scope": "district"}, {"subject": "party_member"}, {"levels": "excellent"},
        {"comparator": "ge"}, {"base": "all"}, {"period_start": "2021"}, {"period_end": "2023"}, {"annual": True},
        {"modality": "target"}, {"unit_name": "Kim Sơn"}, {"subset": "nữ"}, {"period_start": None},
    ],
)  # fmt: skip
def test_what_differs_in_one_field_is_another_fact(new_page, other):
    page = new_page()
    page.share("good", "30%")
    page.share("good", "30%", **other)
    tables = page.judged()
    assert [row["n_mentions"] for row in tables.validated_facts] == [1, 1]


def test_two_writings_of_one_value_are_one_fact(new_page):
    page = new_page()
    page.count("good", "16")
    page.count("good", "mười sáu")
    assert len(page.judged().merged_facts) == 1


def test_mentions_of_a_quarantined_fact_stay_merged_into_it(new_page):
    page = new_page()
    first = page.share("good", "80%")
    again = page.share("good", "80%")
    page.share("excellent", "30%")
    tables = page.judged()
    assert first in {row["fact_id"] for row in tables.quarantined_facts}
    assert [(row["fact_id"], row["merged_into"]) for row in tables.merged_facts] == [(again, first)]


def test_an_unsound_mention_does_not_stand_for_a_sound_one(new_page):
    page = new_page()
    unsound = page.share("good", "80%", span_end=1)
    sound = page.share("good", "80%")
    tables = page.judged()
    assert [row["fact_id"] for row in tables.quarantined_facts] == [unsound]
    assert [(row["fact_id"], row["n_mentions"]) for row in tables.validated_facts] == [(sound, 1)]
