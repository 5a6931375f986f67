"""Whole groups of one page win, in the written order; what the others say stands beside."""

from __future__ import annotations

from typing import Any

import pytest

from kpi_pipeline_tests.lake_input import LakeInput

CELL = "SELECT * FROM marts.kpi_province_year WHERE level = 'good_or_better' AND measure = 'share'"


def _page(lake: LakeInput, name: str, **fields: Any) -> str:
    """A page whose id sorts by its name."""
    return lake.page(name, page_id="p" + name.encode().hex().ljust(16, "0")[:16], **fields)


def _winner(lake: LakeInput) -> dict[str, Any]:
    (row,) = lake.rows(CELL)
    return row


@pytest.mark.parametrize("comparator", ["approx", "ge", "gt", "le", "lt"])
def test_exact_goes_before_approximate_or_bounded(lake: LakeInput, comparator: str) -> None:
    first = _page(lake, "a", url="https://hoabinh.gov.vn/1", day="2022-06-01")
    other = lake.fact(first, "share", 90, "excellent+good", comparator=comparator)
    exact = lake.fact(_page(lake, "b"), "share", 89.5, "excellent+good")
    row = _winner(lake)
    assert (row["fact_ids"], row["comparator"], row["other_fact_ids"], row["n_sources"]) == (exact, "eq", other, 2)


def test_a_complete_group_goes_before_an_incomplete_one(lake: LakeInput) -> None:
    part = _page(lake, "a", url="https://hoabinh.gov.vn/1", day="2022-06-01")
    lake.shares(
        part, excellent_good=88, fields={"group_id": lake.group(part, verdict="incomplete"), "flags": "incomplete"}
    )
    whole = _page(lake, "b")
    facts = lake.shares(whole, excellent_good=88.1, completed=11.9, fields={"group_id": lake.group(whole)})
    row = _winner(lake)
    assert (row["fact_ids"], row["obs_value"], row["page_id"]) == (facts["excellent_good"], 88.1, whole)


def test_an_approximate_remark_does_not_cost_a_complete_group_its_place(lake: LakeInput) -> None:
    short = _page(lake, "a", url="https://hoabinh.gov.vn/1", day="2022-06-01")
    lake.fact(short, "share", 88, "excellent+good")
    whole = _page(lake, "b")
    lake.shares(whole, excellent_good=88.1, completed=11.9, fields={"group_id": lake.group(whole)})
    lake.fact(whole, "total", 150, comparator="approx")
    assert _winner(lake)["page_id"] == whole


@pytest.mark.parametrize("trouble", ["share_mismatch", "contradiction"])
def test_a_consistent_group_goes_before_one_that_is_not(lake: LakeInput, trouble: str) -> None:
    odd = _page(lake, "a", url="https://hoabinh.gov.vn/1", day="2022-06-01")
    lake.fact(odd, "share", 88, "excellent+good", flags=trouble if trouble == "share_mismatch" else "")
    if trouble == "contradiction":
        lake.fact(odd, "count", 130, "excellent+good")
        lake.fact(odd, "count", 140, "excellent+good")
    plain = _page(lake, "b")
    lake.fact(plain, "share", 88.1, "excellent+good")
    assert _winner(lake)["page_id"] == plain


def test_the_kind_of_the_source_decides_next(lake: LakeInput) -> None:
    sources = [
        ("g", "https://hoabinh.gov.vn/1", "government_portal"),
        ("f", "https://binhthuan.dcs.vn/1", "party_committee"),
        ("e", "https://baobacgiang.vn/1", "party_paper"),
        ("d", "https://backantv.vn/1", "provincial_broadcaster"),
        ("c", "https://nhandan.vn/1", "national"),
        ("b", "https://example.org/1", "unknown"),
        ("a", None, "unknown"),
    ]
    for year, skipped in enumerate(range(len(sources) - 1), start=2015):
        for name, url, _ in sources[skipped:]:
            page = _page(lake, f"{name}{year}", url=url and f"{url}{year}")
            lake.fact(page, "share", 80, "excellent+good", year=year)
    kinds = {row["page_id"]: row["source_kind"] for row in lake.rows("SELECT * FROM marts.dim_page")}
    rows = lake.rows("SELECT page_id FROM marts.kpi_province_year ORDER BY time_period")
    assert [kinds[row["page_id"]] for row in rows[:-1]] == [kind for _, _, kind in sources[:5]]
    assert rows[-1]["page_id"] == _id("a2020")


def _id(name: str) -> str:
    return "p" + name.encode().hex().ljust(16, "0")[:16]


def test_then_the_later_day_then_the_smaller_id(lake: LakeInput) -> None:
    for name, day in (("b", "2022-03-01"), ("c", "2022-03-02"), ("a", "2022-01-01")):
        lake.fact(_page(lake, name, day=day), "share", 80, "excellent+good")
    assert _winner(lake)["page_id"] == _id("c")
    for name in ("e", "d"):
        lake.fact(_page(lake, name, day="2022-05-01"), "share", 80, "excellent+good")
    assert _winner(lake)["page_id"] == _id("d")


def test_one_row_never_mixes_two_pages(lake: LakeInput) -> None:
    taken = _page(lake, "b", url="https://hoabinh.gov.vn/1")
    lake.shares(taken, excellent_good=88.1, completed=11.3)
    other = _page(lake, "a")
    lost = [lake.fact(other, "total", 151), lake.fact(other, "share", 0.6, "not_completed")]
    assert {row["page_id"] for row in lake.rows("SELECT page_id FROM marts.kpi_province_year")} == {taken}
    (wide,) = lake.rows("SELECT * FROM marts.kpi_province_year_wide")
    assert (wide["page_id"], wide["total"], wide["share_not_completed"]) == (taken, None, None)
    assert wide["other_fact_ids"] == ",".join(sorted(lost))


@pytest.mark.parametrize(
    ("taken", "other", "conflict"),
    [
        ((88.1, "eq", None), (88.1, "eq", None), False),
        ((88.1, "eq", None), (88.0, "eq", "88"), False),
        ((88.1, "eq", None), (88.2, "eq", None), True),
        ((88.1, "eq", None), (88.3, "eq", None), True),
        ((88.1, "eq", None), (87.0, "eq", "87"), True),
        ((88.1, "eq", None), (88.5, "eq", "88,5"), True),
        ((88.5, "eq", "88,5"), (88.0, "eq", "88"), False),
        ((88.0, "eq", "88,0"), (88.4, "eq", None), True),
        ((88.0, "eq", "88"), (88.4, "eq", None), False),
        ((88.1, "eq", None), (85.0, "ge", None), False),
        ((88.1, "eq", None), (90.0, "ge", None), True),
        ((88.1, "eq", None), (80.0, "lt", None), True),
        ((88.1, "eq", None), (90.0, "approx", None), False),
        ((88.1, "eq", None), (70.0, "approx", None), True),
    ],
)
def test_a_conflict_is_more_than_rounding(
    lake: LakeInput, taken: tuple[float, str, str | None], other: tuple[float, str, str | None], conflict: bool
) -> None:
    for name, url, (value, comparator, quote) in (("a", "https://hoabinh.gov.vn/1", taken), ("b", None, other)):
        given = {} if quote is None else {"quote": quote}
        lake.fact(_page(lake, name, url=url), "share", value, "excellent+good", comparator=comparator, **given)
    row = _winner(lake)
    assert (row["obs_value"], row["conflict"], row["n_sources"]) == (taken[0], conflict, 2)
    (wide,) = lake.rows("SELECT flags FROM marts.kpi_province_year_wide")
    assert ("conflict" in wide["flags"].split(",")) is conflict


@pytest.mark.parametrize(
    ("quote", "value", "other", "conflict"),
    [
        ("4.201", 4201, 4200, True),
        ("4.201", 4201, 4201, False),
        ("1.234.567", 1234567, 1234568, True),
        ("20, 4%", 20.4, 20.44, False),
        ("94,667%", 94.667, 94.67, False),
        ("94,667%", 94.667, 94.7, False),
        ("94,667%", 94.667, 94.6, True),
        ("100,00", 100, 99.9, True),
        ("mười hai", 12, 12, False),
    ],
)
def test_rounding_is_read_from_the_number_as_written(
    lake: LakeInput, quote: str, value: float, other: float, conflict: bool
) -> None:
    measure = "count" if value > 100 or quote == "mười hai" else "share"
    lake.fact(_page(lake, "a", url="https://hoabinh.gov.vn/1"), measure, value, "excellent+good", quote=quote)
    lake.fact(_page(lake, "b"), measure, other, "excellent+good")
    (row,) = lake.rows("SELECT conflict FROM marts.kpi_province_year")
    assert row["conflict"] is conflict


def test_a_number_another_page_only_implies_can_conflict_too(lake: LakeInput) -> None:
    taken = lake.fact(_page(lake, "a", url="https://hoabinh.gov.vn/1"), "share", 95.0, "excellent+good", quote="95,0")
    other = lake.shares(_page(lake, "b"), excellent=20.4, good=71.3)
    row = _winner(lake)
    assert (row["fact_ids"], row["method"], row["conflict"], row["n_sources"]) == (taken, "reported", True, 2)
    assert row["other_fact_ids"] == ",".join(sorted(other.values()))


def test_sources_are_counted_by_page_not_by_mention(lake: LakeInput) -> None:
    first = _page(lake, "a")
    lake.fact(first, "share", 88.1, "excellent+good")
    lake.fact(first, "share", 88, "excellent+good")
    lake.fact(first, "share", 88.1, "excellent+good", annual=True)
    lake.fact(_page(lake, "b"), "share", 88.1, "excellent+good")
    row = _winner(lake)
    assert (row["n_sources"], row["annual"]) == (2, False)


def test_the_longest_listed_domain_of_the_address_tells_the_source(lake: LakeInput) -> None:
    _page(lake, "a", url="http://user@TIN.SoNoiVu.backancity.gov.vn:8080/x?y=1")
    _page(lake, "b", url="https://notbackan.gov.vn/x")
    _page(lake, "c")
    rows = lake.rows("SELECT source_domain, source_kind, source_rank FROM marts.dim_page ORDER BY page_id")
    assert [tuple(row.values()) for row in rows] == [
        ("backancity.gov.vn", "government_portal", 1),
        ("notbackan.gov.vn", "unknown", 6),
        (None, "unknown", 6),
    ]


def test_conflicts_show_the_quotes_of_all_sides(lake: LakeInput) -> None:
    first = _page(lake, "a", url="https://hoabinh.gov.vn/1")
    taken = lake.fact(first, "share", 88.1, "excellent+good")
    other = lake.fact(_page(lake, "b"), "share", 87.0, "excellent+good")
    lake.fact(first, "share", 11.3, "completed")
    both = [lake.fact(first, "total", value, year=2020) for value in (151, 141)]
    rows = lake.rows("SELECT kpi_id, kind, fact_id, is_taken, quote FROM marts.dq_conflicts")
    end = "commune_government/task_completion_rating"
    disputed = f"VN-14/2020/province/{end}/_T/total"
    total = [(disputed, "within_page", *pair) for pair in sorted(zip(both, ("151", "141"), strict=True))]
    assert [(r["kpi_id"], r["kind"], r["fact_id"], r["quote"]) for r in rows] == [
        *total,
        (f"VN-14/2021/province/{end}/good_or_better/share", "taken_and_other", taken, "88,1"),
        (f"VN-14/2021/province/{end}/good_or_better/share", "taken_and_other", other, "87"),
    ]
    assert [r["is_taken"] for r in rows] == [False, False, True, False]
    assert disputed not in {r["kpi_id"] for r in lake.rows("SELECT kpi_id FROM marts.kpi_province_year")}


def test_a_statement_is_listed_once_where_its_page_and_another_disagree(lake: LakeInput) -> None:
    first = _page(lake, "a", url="https://hoabinh.gov.vn/1")
    group = lake.group(first)
    lake.shares(first, excellent=20, good=30, completed=50, fields={"group_id": group})
    facts = [lake.fact(first, "share", value, "excellent+good", group_id=group) for value in (55, 50)]
    facts.append(lake.fact(_page(lake, "b"), "share", 60, "excellent+good"))
    rows = lake.rows("SELECT kpi_id, kind, fact_id, is_taken FROM marts.dq_conflicts")
    assert sorted(row["fact_id"] for row in rows) == sorted(facts)
    assert {(row["kind"], row["is_taken"]) for row in rows} == {("within_page", False)}
    assert lake.rows(CELL) == []
    (wide,) = lake.rows("SELECT share_good_or_better, obs_status, flags FROM marts.kpi_province_year_wide")
    assert tuple(wide.values()) == (None, "U", "ambiguous")


def test_statements_that_were_not_taken_are_listed_where_they_differ_from_each_other(lake: LakeInput) -> None:
    first = _page(lake, "a", url="https://hoabinh.gov.vn/1")
    taken = lake.fact(first, "share", 4, "completed")
    stated = (
        ("b", 0.7, "not_completed"),
        ("c", 5.1, "not_completed"),
        ("d", 3.6, "completed"),
        ("e", 4.4, "completed"),
    )
    others = [lake.fact(_page(lake, name), "share", value, level, flags="incomplete") for name, value, level in stated]
    rows = lake.rows("SELECT kpi_id, kind, fact_id, is_taken FROM marts.dq_conflicts")
    end = "VN-14/2021/province/commune_government/task_completion_rating"
    found = {(row["kpi_id"].removeprefix(end), row["kind"], row["fact_id"], row["is_taken"]) for row in rows}
    assert found == {
        ("/completed/share", "not_taken", taken, True),
        ("/completed/share", "not_taken", others[2], False),
        ("/completed/share", "not_taken", others[3], False),
        ("/not_completed/share", "not_taken", others[0], False),
        ("/not_completed/share", "not_taken", others[1], False),
    }
    assert not any(row["conflict"] for row in lake.rows("SELECT conflict FROM marts.kpi_province_year"))


def test_a_disputed_target_of_a_term_is_listed_once_under_its_first_year(lake: LakeInput) -> None:
    term = {"period_start": "2020", "period_end": "2025", "annual": True, "modality": "target"}
    for name, value in (("a", 90), ("b", 85)):
        lake.fact(_page(lake, name, day="2020-12-01"), "share", value, "excellent+good", **term)
    rows = lake.rows("SELECT kpi_id, kind FROM marts.dq_conflicts")
    disputed = "VN-14/2020/province/commune_government/task_completion_rating/good_or_better/share"
    assert [tuple(row.values()) for row in rows] == [(f"{disputed}/target/term:2020-2025", "taken_and_other")] * 2


def test_the_same_bytes_under_several_ids_are_one_source(lake: LakeInput) -> None:
    copies = {
        "a": {"day": "2022-06-01"},
        "b": {"url": "https://hoabinh.gov.vn/1"},
        "c": {"url": "https://hoabinh.gov.vn/2", "day": "2022-07-01", "day_source": "captured"},
    }
    pages = {name: _page(lake, name, page_version="b" * 64, **fields) for name, fields in copies.items()}
    facts = {name: lake.fact(page, "share", 88.1, "excellent+good") for name, page in pages.items()}
    other = lake.fact(_page(lake, "d"), "share", 80, "excellent+good")
    row = _winner(lake)
    assert (row["fact_ids"], row["other_fact_ids"], row["n_sources"]) == (facts["b"], other, 2)
    told = {page["page_id"]: page["copy_of"] for page in lake.rows("SELECT page_id, copy_of FROM marts.dim_page")}
    assert [told[pages[name]] for name in "abc"] == [pages["b"], None, pages["b"]]
    assert {row["fact_id"] for row in lake.rows("SELECT fact_id FROM marts.dq_conflicts")} == {facts["b"], other}
    assert len(lake.rows("SELECT fact_id FROM marts.fact_observation")) == 4
