"""Contracts of the marts: real tables keep them, and one bad value in any column breaks them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi_pipeline.contracts.fields import columns_of, failures
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.storage.warehouse import mart_frame, reading
from kpi_pipeline_tests.lake_input import MODELS, LakeInput
from kpi_pipeline_tests.publication.publishing import build_and_publish


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Every mart of a small lake that has at least one row for each."""
    lake = LakeInput(tmp_path_factory.mktemp("lake"))
    page = lake.page("read", url="https://hoabinh.gov.vn/1")
    group = lake.group(page)
    lake.shares(page, excellent=20.4, good=71.3, completed=8.3, fields={"group_id": group})
    lake.fact(page, "total", 151)
    lake.fact(page, "share", 90, "excellent+good", modality="target", comparator="ge")
    old = {"indicator": "clean_strong_rating", "year": 2015}
    lake.shares(page, clean_strong=60.4, good=30, completed=9, weak=0.6, fields=old)
    lake.fact(page, "count", 4100, indicator="population", subject="party_member")
    for area in ("VN-14", "VN-68", "VN-70"):
        lake.fact(page, "count", 40, indicator="inspection", subject="party_member", province=area)
    lake.fact(page, "share", 104, "good", table="quarantined_facts")
    lake.fact(page, "share", 95, "", province=None, province_valid_from=None, period_start=None, period_end=None)
    term = {"period_start": "2020", "period_end": "2025", "annual": True, "modality": "target"}
    for name, value in (("read", 85), ("differs", 95)):
        told = page if name == "read" else lake.page(name, url="https://hoabinh.gov.vn/2")
        lake.fact(told, "share", value, "good", subject="party_member", province="VN-70", **term)
    lake.fact(page, "count", 44, indicator="award", subject="other")
    lake.fact(page, "count", 6, indicator="award", subject="other")
    lake.unread(page, "20/8")
    lake.page("broken", status="no_text", status_reason="No article was found.")
    lake.correction(page, lake.fact(page, "count", 3, indicator="award", subject="agency"))
    lake.error_rate()
    lost = lake.fact(page, "count", 7, indicator="award", subject="party_member")
    build_and_publish(lake, "2023-01-10")
    lake.retract(lost)
    lake.build()
    with reading(lake.warehouse) as con:
        return {table: mart_frame(con, table) for table in MART_CONTRACTS}


@pytest.mark.parametrize("table", MART_CONTRACTS)
def test_what_is_built_keeps_its_contract(frames: dict[str, pd.DataFrame], table: str) -> None:
    assert len(frames[table]) > 0
    assert failures(MART_CONTRACTS[table], frames[table]) == ()
    assert failures(MART_CONTRACTS[table], frames[table].iloc[:0]) == ()


@pytest.mark.parametrize("table", MART_CONTRACTS)
def test_contract_and_model_name_the_same_columns(table: str) -> None:
    (model,) = [model for model in MODELS if model.full_name == f"marts.{table}"]
    assert [column.name for column in columns_of(MART_CONTRACTS[table])] == list(model.columns)


def test_every_mart_has_a_contract() -> None:
    assert set(MART_CONTRACTS) == {model.name for model in MODELS if model.schema == "marts"}


BAD: list[tuple[str, str, Any]] = [
    ("dq_lost_rows", "table_name", "dim_page"),
    ("dq_lost_rows", "row_key", ""),
    ("dq_lost_rows", "publication", -1),
    ("dq_lost_rows", "lost_on", "soon"),
    ("dq_lost_rows", "cause", "who knows"),
    ("dq_lost_rows", "reason", "a duplicate"),
    ("kpi_history", "end_reason", "a duplicate"),
    ("kpi_target_vs_actual", "other_actual_fact_ids", "none"),
    ("dim_page", "copy_of", "1"),
    ("kpi_history", "kpi_id", None),
    ("kpi_history", "known_from", None),
    ("kpi_history", "known_from", "soon"),
    ("kpi_history", "known_to", "1999-12-31"),
    ("kpi_history", "publication", -1),
    ("kpi_history", "cause", "who knows"),
    ("kpi_history", "ended_publication", 7),
    ("kpi_history", "end_cause", "withdrawal"),
    ("kpi_province_year", "known_from", None),
    ("kpi_province_year", "known_to", "never"),
    ("kpi_province_year", "kpi_id", "VN-14/2021"),
    ("kpi_province_year", "kpi_id", "VN-14/2021/province/leader/task_completion_rating/good/share"),
    ("kpi_province_year", "ref_area", "17"),
    ("kpi_province_year", "province_valid_from", None),
    ("kpi_province_year", "province_name", None),
    ("kpi_province_year", "time_period", 20221),
    ("kpi_province_year", "time_period", 2019),
    ("kpi_province_year", "scope", "ward"),
    ("kpi_province_year", "subject", "people"),
    ("kpi_province_year", "indicator", "rating"),
    ("kpi_province_year", "level", "Tốt"),
    ("kpi_province_year", "modality", "plan"),
    ("kpi_province_year", "measure", "mean"),
    ("kpi_province_year", "obs_value", 100.1),
    ("kpi_province_year", "obs_value", -1.0),
    ("kpi_province_year", "obs_value", float("nan")),
    ("kpi_province_year", "unit_measure", "UNITS"),
    ("kpi_province_year", "obs_status", "Q"),
    ("kpi_province_year", "comparator", "about"),
    ("kpi_province_year", "comparator", "ge"),
    ("kpi_province_year", "method", "guessed"),
    ("kpi_province_year", "method", "computed"),
    ("kpi_province_year", "obs_status", "M"),
    ("kpi_province_year", "computed_value", 71.3),
    ("kpi_province_year", "computed_how", "sum_of_levels"),
    ("kpi_province_year", "computed_from", "f0123456789abcdef"),
    ("kpi_province_year", "n_sources", 0),
    ("kpi_province_year", "fact_ids", ""),
    ("kpi_province_year", "period_start", "2020"),
    ("kpi_province_year", "period_end", "năm 2021"),
    ("kpi_province_year", "base", ""),
    ("kpi_province_year", "flags", "share mismatch"),
    ("kpi_province_year", "other_fact_ids", "none"),
    ("kpi_province_year", "page_id", "1"),
    ("kpi_province_year_wide", "kpi_id", "VN-14/2021/province/leader/task_completion_rating/good/share"),
    ("kpi_province_year_wide", "ref_area", None),
    ("kpi_province_year_wide", "province_name", None),
    ("kpi_province_year_wide", "year", 21),
    ("kpi_province_year_wide", "scope", "all"),
    ("kpi_province_year_wide", "subject", None),
    ("kpi_province_year_wide", "indicator", "study_result"),
    ("kpi_province_year_wide", "total", -1),
    ("kpi_province_year_wide", "share_excellent", 101.0),
    ("kpi_province_year_wide", "share_good", -0.1),
    ("kpi_province_year_wide", "share_good_or_better", 100.5),
    ("kpi_province_year_wide", "share_completed", 300.0),
    ("kpi_province_year_wide", "share_not_completed", -5.0),
    ("kpi_province_year_wide", "share_sum", -0.1),
    ("kpi_province_year_wide", "obs_status", "B"),
    ("kpi_province_year_wide", "flags", "conflict,bounded"),
    ("kpi_province_year_wide", "flags", "conflict,conflict"),
    ("kpi_province_year_wide", "province_valid_from", "1997"),
    ("kpi_province_year_wide", "count_excellent", -1),
    ("kpi_province_year_wide", "n_sources", None),
    ("kpi_province_year_wide", "fact_ids", None),
    ("kpi_province_year_wide", "page_id", None),
    ("fact_observation", "province", "Hòa Bình"),
    ("fact_observation", "scope", ""),
    ("fact_observation", "subject", "x"),
    ("fact_observation", "indicator", "x"),
    ("fact_observation", "levels", ["good", "excellent"]),
    ("fact_observation", "measure", "x"),
    ("fact_observation", "value", -1.0),
    ("fact_observation", "comparator", "x"),
    ("fact_observation", "period_start", "21"),
    ("fact_observation", "modality", "x"),
    ("fact_observation", "fact_id", "x"),
    ("fact_observation", "page_id", None),
    ("fact_observation", "span_start", -1),
    ("fact_observation", "span_end", 9999),
    ("fact_observation", "sentence_end", 1),
    ("fact_observation", "quote", ""),
    ("fact_observation", "n_mentions", 0),
    ("fact_observation", "page_version", "x"),
    ("fact_observation", "published_on", "today"),
    ("dim_province", "ref_area", "14"),
    ("dim_province", "province_valid_from", "01/01/1997"),
    ("dim_province", "province_valid_to", "1990-01-01"),
    ("dim_province", "province_name", None),
    ("dim_province", "name_ascii", "Lai Châu"),
    ("dim_province", "region", "North"),
    ("dim_province", "successor", "VN-01,VN-71"),
    ("dim_province", "is_current", True),
    ("dim_province", "gso_code", "1"),
    ("dim_province", "region_name_vi", None),
    ("dim_province", "region_name_en", None),
    ("dim_province", "ref_area_2025", "14"),
    ("dim_year", "year", 1996),
    ("dim_year", "first_day", "1997-01-02"),
    ("dim_year", "last_day", "1998-12-31"),
    ("dim_year", "boundaries_from", "1998-01-01"),
    ("dim_year", "n_provinces", 0),
    ("dim_year", "has_2025_boundaries", True),
    ("dim_subject", "subject", "people"),
    ("dim_subject", "subject_name_vi", ""),
    ("dim_subject", "subject_name_en", None),
    ("dim_subject", "subject_group", "x"),
    ("dim_subject", "part_of", "people"),
    ("dim_level", "indicator", "rating"),
    ("dim_level", "level", "Tốt"),
    ("dim_level", "level_name_vi", ""),
    ("dim_level", "level_name_en", None),
    ("dim_level", "indicator_name_vi", None),
    ("dim_level", "level_kind", "cumulative"),
    ("dim_level", "position", 100),
    ("dim_level", "parts", "good"),
    ("dim_level", "parts", None),
    ("dim_level", "wanted", "most"),
    ("dim_code", "code_list", "Scope"),
    ("dim_code", "code", ""),
    ("dim_code", "name_vi", ""),
    ("dim_code", "name_en", None),
    ("bridge_kpi_fact", "kpi_id", "VN-14/2021"),
    ("bridge_kpi_fact", "fact_id", "x"),
    ("bridge_kpi_fact", "role", "source"),
    ("kpi_clean_strong_wide", "kpi_id", "VN-14"),
    ("kpi_clean_strong_wide", "indicator", "task_completion_rating"),
    ("kpi_clean_strong_wide", "total", -1),
    ("kpi_clean_strong_wide", "share_exemplary", 101.0),
    ("kpi_clean_strong_wide", "share_weak", -0.1),
    ("kpi_clean_strong_wide", "count_weak", -1),
    ("kpi_clean_strong_wide", "flags", "conflict,bounded"),
    ("kpi_clean_strong_wide", "fact_ids", ""),
    ("kpi_party_membership", "kpi_id", "VN-14/2021/province/party_member/population"),
    ("kpi_party_membership", "ref_area", None),
    ("kpi_party_membership", "party_members", -1),
    ("kpi_party_membership", "party_members", None),
    ("kpi_party_membership", "party_members_at", None),
    ("kpi_party_membership", "members_admitted", -1),
    ("kpi_party_membership", "obs_status", "B"),
    ("kpi_party_membership", "flags", "conflict,approximate"),
    ("kpi_party_membership", "fact_ids", ""),
    ("kpi_target_vs_actual", "kpi_id", "VN-14/2021"),
    ("kpi_target_vs_actual", "ref_area", None),
    ("kpi_target_vs_actual", "year", 21),
    ("kpi_target_vs_actual", "level", "Tốt"),
    ("kpi_target_vs_actual", "unit_measure", "UNITS"),
    ("kpi_target_vs_actual", "target_value", 101.0),
    ("kpi_target_vs_actual", "target_value", 80.0),
    ("kpi_target_vs_actual", "target_comparator", "about"),
    ("kpi_target_vs_actual", "target_upper", -1.0),
    ("kpi_target_vs_actual", "target_period", "2016/2020"),
    ("kpi_target_vs_actual", "actual_value", float("nan")),
    ("kpi_target_vs_actual", "actual_comparator", None),
    ("kpi_target_vs_actual", "actual_method", "guessed"),
    ("kpi_target_vs_actual", "gap", 2.0),
    ("kpi_target_vs_actual", "gap", float("nan")),
    ("kpi_target_vs_actual", "gap_comparator", None),
    ("kpi_target_vs_actual", "wanted", "less"),
    ("kpi_target_vs_actual", "is_met", False),
    ("kpi_target_vs_actual", "is_met", None),
    ("kpi_target_vs_actual", "target_fact_ids", ""),
    ("kpi_target_vs_actual", "actual_fact_ids", None),
    ("kpi_target_vs_actual", "actual_page_id", None),
    ("kpi_province_year_2025_boundaries", "kpi_id", "VN-14/2021"),
    ("kpi_province_year_2025_boundaries", "province_name", None),
    ("kpi_province_year_2025_boundaries", "obs_value", 1.5),
    ("kpi_province_year_2025_boundaries", "obs_value", float("nan")),
    ("kpi_province_year_2025_boundaries", "unit_measure", "PT"),
    ("kpi_province_year_2025_boundaries", "obs_status", "M"),
    ("kpi_province_year_2025_boundaries", "method", "reported"),
    ("kpi_province_year_2025_boundaries", "computed_how", None),
    ("kpi_province_year_2025_boundaries", "n_parts", 2),
    ("kpi_province_year_2025_boundaries", "parts", "VN-04"),
    ("kpi_province_year_2025_boundaries", "missing_parts", "VN-68@1997-01-01"),
    ("kpi_province_year_2025_boundaries", "fact_ids", ""),
    ("kpi_province_year_2025_boundaries", "flags", "b,a"),
    ("dim_page", "page_id", "x"),
    ("dim_page", "published_on", None),
    ("dim_page", "day_source", "guess"),
    ("dim_page", "status", "fine"),
    ("dim_page", "n_facts", -1),
    ("dim_page", "source_kind", "blog"),
    ("dim_page", "source_rank", 7),
    ("dim_page", "source_province", "x"),
    ("dim_page", "language", "en"),
    ("dim_page", "page_version", "x"),
    ("dq_conflicts", "kpi_id", "x"),
    ("dq_conflicts", "kind", "x"),
    ("dq_conflicts", "fact_id", "x"),
    ("dq_conflicts", "is_taken", True),
    ("dq_conflicts", "comparator", "x"),
    ("dq_conflicts", "value", -1.0),
    ("dq_conflicts", "quote", ""),
    ("dq_conflicts", "source_kind", "x"),
    ("dq_corrections", "correction_id", "x"),
    ("dq_corrections", "action", "undo"),
    ("dq_corrections", "action", "drop"),
    ("dq_corrections", "field", ""),
    ("dq_corrections", "outcome", "quarantined"),
    ("dq_corrections", "rule_id", "rating_sum_over"),
    ("dq_corrections", "reason", ""),
    ("dq_corrections", "who", ""),
    ("dq_corrections", "corrected_on", "June"),
    ("dq_corrections", "n_mentions", 0),
    ("dq_corrections", "fact_ids", ""),
    ("dq_corrections", "page_id", "x"),
    ("dq_error_rate", "gold_set", "My set"),
    ("dq_error_rate", "kind", "books"),
    ("dq_error_rate", "indicator", "rating"),
    ("dq_error_rate", "grade", "exact"),
    ("dq_error_rate", "n_texts", 0),
    ("dq_error_rate", "n_gold", 5),
    ("dq_error_rate", "missed", 1),
    ("dq_error_rate", "invented", -1),
    ("dq_error_rate", "precision", 80.0),
    ("dq_error_rate", "precision_low", 0.81),
    ("dq_error_rate", "precision_floor", 0.81),
    ("dq_error_rate", "recall_high", 0.99),
    ("dq_quarantine", "kind", "group"),
    ("dq_quarantine", "item_id", "x"),
    ("dq_quarantine", "rule_id", ""),
    ("dq_quarantine", "reason", None),
    ("dq_quarantine", "remedy", ""),
    ("dq_quarantine", "quote", None),
    ("dq_quarantine", "scope", "x"),
    ("dq_rating_groups", "group_id", "x"),
    ("dq_rating_groups", "n_terms", 0),
    ("dq_rating_groups", "share_sum", 101.0),
    ("dq_rating_groups", "tolerance", 0.0),
    ("dq_rating_groups", "verdict", "fine"),
    ("dq_rating_groups", "fact_ids", "x"),
    ("dq_unread_numbers", "page_id", "x"),
    ("dq_unread_numbers", "span_start", -1),
    ("dq_unread_numbers", "quote", ""),
    ("dq_unread_numbers", "reason", "No reason"),
    ("dq_unread_numbers", "page", None),
    ("dq_unread_numbers", "published_on", "2022"),
]


@pytest.mark.parametrize(("table", "column", "value"), BAD)
def test_one_bad_value_breaks_the_contract(
    frames: dict[str, pd.DataFrame], table: str, column: str, value: Any
) -> None:
    frame = frames[table]
    if table == "kpi_province_year":
        frame = frame[frame["kpi_id"].str.endswith("/good/share")].reset_index(drop=True)
    elif table == "kpi_province_year_2025_boundaries":
        frame = frame[frame["obs_value"].notna()].reset_index(drop=True)
    elif table == "dim_level":
        frame = frame[frame["level_kind"] == "single"].reset_index(drop=True)
    elif table == "dim_province":
        frame = frame[frame["ref_area"] == "VN-01"].reset_index(drop=True)
    elif table == "dq_quarantine":
        frame = frame[frame["kind"] == "fact"].reset_index(drop=True)
    bad = frame.copy()
    values = bad[column].tolist()
    values[0] = value
    bad[column] = pd.Series(values, dtype=frame[column].dtype, index=bad.index)
    assert failures(MART_CONTRACTS[table], frame) == ()
    assert failures(MART_CONTRACTS[table], bad)


@pytest.mark.parametrize("table", MART_CONTRACTS)
def test_a_key_that_comes_twice_breaks_the_contract(frames: dict[str, pd.DataFrame], table: str) -> None:
    twice = pd.concat([frames[table], frames[table].iloc[:1]], ignore_index=True)
    assert failures(MART_CONTRACTS[table], twice)


@pytest.mark.parametrize("table", MART_CONTRACTS)
def test_missing_additional_and_moved_columns_break_the_contract(frames: dict[str, pd.DataFrame], table: str) -> None:
    contract, frame = MART_CONTRACTS[table], frames[table]
    columns = list(frame.columns)
    assert failures(contract, frame.drop(columns=columns[-1]))
    assert failures(contract, frame.assign(more=1))
    assert failures(contract, frame[[columns[1], columns[0], *columns[2:]]])


def test_odd_words_of_an_accepted_page_break_no_contract(tmp_path: Path) -> None:
    lake = LakeInput(tmp_path)
    about = lake.page("about")
    lake.fact(about, "share", 60, "excellent", comparator="approx")
    lake.fact(about, "share", 50, "good", comparator="approx")
    lake.shares(lake.page("rounded"), excellent=60.3, good=39.8, fields={"year": 2020})
    lake.shares(lake.page("of_all"), excellent=60, good=50, completed=30, fields={"base": "all"})
    lake.shares(lake.page("over"), excellent=60, good=50, completed=30, fields={"year": 2019})
    lake.fact(about, "share", 12, "good", scope="district", unit_name="Huyện A / B\n(cũ)@x:y")
    lake.fact(about, "share", 12, "good", scope="commune")
    lake.fact(about, "count", 12, "good", year=2150, modality="target")
    twice = lake.page("twice")
    lake.shares(twice, excellent=20, good=30, completed=50, excellent_good=55, fields={"year": 2018})
    lake.fact(twice, "share", 50, "excellent+good", year=2018)
    lake.fact(lake.page("other"), "share", 60, "excellent+good", year=2018)
    lake.build()
    with reading(lake.warehouse) as con:
        for table, contract in MART_CONTRACTS.items():
            assert failures(contract, mart_frame(con, table)) == ()
