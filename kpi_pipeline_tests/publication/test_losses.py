"""Rows that vanish: what may go for which cause, what stops the publication, and going on all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_pipeline.contracts.history import CAUSES
from kpi_pipeline.publication.history import CodeVersions
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.publication.losses import LossError, limits
from kpi_pipeline.publication.manifest import manifest_of
from kpi_pipeline.publication.release import publish
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline_tests.lake_input import MODELS, LakeInput
from kpi_pipeline_tests.publication.publishing import asked, build_and_publish

LAI_CHAU = {"province": "VN-01", "province_valid_from": "2004-01-01"}
CODE, NEWER = CodeVersions("reads 1", "builds 1"), CodeVersions("reads 2", "builds 1")
GOOD = "excellent+good"
ROWS = "SELECT count(*) FROM marts.kpi_province_year"


def _forty(lake: LakeInput) -> tuple[str, list[str]]:
    """A page with forty rows, published."""
    page = lake.page("forty")
    facts = [lake.fact(page, "share", 50, "excellent+good", year=1997 + number) for number in range(40)]
    build_and_publish(lake, "2023-01-10", CODE)
    return page, facts


def test_a_reading_that_loses_a_third_stops_and_goes_on_when_accepted(lake: LakeInput) -> None:
    _, facts = _forty(lake)
    before = (lake.folder / "published").resolve()
    for fact in facts[:13]:
        lake.retract(fact)
    with pytest.raises(LossError) as stopped:
        build_and_publish(lake, "2023-02-10", NEWER)
    message = str(stopped.value)
    assert message.startswith("13 of 40 rows of kpi_province_year would go, more than limits.csv allows")
    assert "(better_extraction 13): VN-14/1997/province/" in message
    assert "and 8 more. The last release stays" in message
    assert "kpi run --accept-loss REASON" in message
    assert [loss.key[:10] for loss in stopped.value.lost if loss.table == "kpi_province_year"] == [
        f"VN-14/{1997 + number}" for number in range(13)
    ]
    assert (lake.folder / "published").resolve() == before
    assert asked(lake, ROWS) == [(40,)]
    assert len(ledger_of(lake.folder / "releases")) == 1
    told = lake.folder / "releases" / "stopped"
    lines = [json.loads(line) for line in (told / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {(line["change"], line["cause"]) for line in lines} == {("gone", "better_extraction")}
    assert "| gone | 13 | better_extraction 13 |" in (told / "CHANGES.md").read_text(encoding="utf-8")

    report = build_and_publish(lake, "2023-02-11", NEWER, accept_loss=" the old reading was wrong ")
    assert asked(lake, ROWS) == [(27,)]
    assert (
        ledger_of(lake.folder / "releases")[-1]["accepted_loss"] == report.accepted_loss == "the old reading was wrong"
    )
    assert manifest_of(report.folder)["accepted_loss"] == "the old reading was wrong"
    assert "accepted: `the old reading was wrong`" in (report.folder / "CHANGES.md").read_text(encoding="utf-8")
    assert not told.exists()
    assert asked(lake, "SELECT count(*) FROM marts.kpi_as_of('2023-02-10')") == [(40,)]


def test_a_loss_within_the_limits_goes_on_and_needs_no_reason(lake: LakeInput) -> None:
    _, facts = _forty(lake)
    for fact in facts[:10]:
        lake.retract(fact)
    report = build_and_publish(lake, "2023-02-10", NEWER, accept_loss="not needed")
    assert report.changes["gone"] == {"better_extraction": 10}
    assert report.accepted_loss is None
    assert asked(lake, ROWS) == [(30,)]


def test_one_row_without_a_cause_stops(lake: LakeInput) -> None:
    _, facts = _forty(lake)
    lake.retract(facts[7])
    with pytest.raises(LossError, match=r"^1 of 40 rows .*\(unexplained 1\): VN-14/2004/province"):
        build_and_publish(lake, "2023-02-10", CODE)


def test_a_page_may_be_withdrawn_with_all_its_rows(lake: LakeInput) -> None:
    page, _ = _forty(lake)
    lake.withdraw(page)
    assert build_and_publish(lake, "2023-02-10", CODE).changes["gone"] == {"withdrawal": 40}
    assert asked(lake, ROWS) == [(0,)]


def test_a_page_that_became_an_error_page_stops(lake: LakeInput) -> None:
    page, _ = _forty(lake)
    lake.lose(page)
    lake.page(page_id=page, page_version="e" * 64)
    with pytest.raises(LossError, match=r"new_version 40"):
        build_and_publish(lake, "2023-02-10", CODE)


def test_a_page_that_nobody_withdrew_stops(lake: LakeInput) -> None:
    page, _ = _forty(lake)
    lake.lose(page)
    with pytest.raises(LossError, match=r"^40 of 40 rows .*\(lost_page 40\)"):
        build_and_publish(lake, "2023-02-10", NEWER)


def test_a_withdrawn_page_excuses_no_row_of_another(lake: LakeInput) -> None:
    taken, beside = lake.page("taken", url="https://hoabinh.gov.vn/1"), lake.page("beside", url="https://x.vn/1")
    facts = [lake.fact(taken, "share", 50, GOOD, year=1997 + number) for number in range(3)]
    for number in range(3):
        lake.fact(beside, "share", 50, GOOD, year=1997 + number)
    build_and_publish(lake, "2023-01-10", CODE)
    lake.withdraw(beside)
    lake.retract(facts[0])
    with pytest.raises(LossError, match=r"^1 of 3 rows .*\(unexplained 1\): VN-14/1997/"):
        build_and_publish(lake, "2023-02-10", CODE)


def test_a_correction_excuses_its_own_group_only(lake: LakeInput) -> None:
    page, facts = _forty(lake)
    whole = lake.fact(page, "total", 150, year=2000)
    build_and_publish(lake, "2023-01-11", CODE)
    for fact in (facts[3], whole):
        lake.retract(fact)
    lake.correction(page, facts[3])
    assert build_and_publish(lake, "2023-02-10", CODE).changes["gone"] == {"correction": 2}
    lake.retract(facts[4])
    lake.correction(page, facts[5])
    with pytest.raises(LossError, match=r"^1 of 39 rows .*\(unexplained 1\): VN-14/2001/"):
        build_and_publish(lake, "2023-03-10", CODE)


def test_code_that_changed_before_the_last_publication_excuses_nothing(lake: LakeInput) -> None:
    page, facts = _forty(lake)
    lake.fact(page, "total", 150, year=2000)
    build_and_publish(lake, "2023-02-10", NEWER)
    lake.retract(facts[7])
    with pytest.raises(LossError, match=r"^1 of 41 rows .*\(unexplained 1\): VN-14/2004/"):
        build_and_publish(lake, "2023-03-10", NEWER)


def test_a_day_that_the_last_code_had_yet_to_read_may_lose_rows(lake: LakeInput) -> None:
    pages = [lake.page("late", day="2022-02-01"), lake.page("read", day="2022-02-02")]
    facts = [lake.fact(page, "share", 50, GOOD, year=2000 + number) for number, page in enumerate(pages)]
    build_and_publish(lake, "2023-01-10", CODE)
    lake.fact(pages[1], "share", 50, GOOD, year=2009)
    build_and_publish(lake, "2023-02-10", replace(NEWER, late_days=("2022-02-01",)))
    lake.retract(facts[0])
    assert build_and_publish(lake, "2023-03-10", NEWER).changes["gone"] == {"better_extraction": 1}
    lake.retract(facts[1])
    with pytest.raises(LossError, match=r"\(unexplained 1\): VN-14/2001/"):
        build_and_publish(lake, "2023-04-10", NEWER)


def test_a_page_that_was_still_unread_may_displace_rows_of_another(lake: LakeInput) -> None:
    read, late = lake.page("read", day="2022-02-01"), lake.page("late", day="2022-02-02")
    for level, share in (("excellent", 20), ("good", 70), ("completed", 10)):
        lake.fact(read, "share", share, level, year=2020, **LAI_CHAU)
    build_and_publish(lake, "2023-01-10", replace(CODE, late_days=("2022-02-02",)))
    lake.fact(late, "share", 30, "excellent", year=2020, **LAI_CHAU)
    lake.fact(late, "share", 70, "good", year=2020, **LAI_CHAU)
    build_and_publish(lake, "2023-02-10", CODE)
    gone = "SELECT table_name, cause FROM marts.dq_lost_rows WHERE contains(row_key, '/completed/')"
    assert asked(lake, gone) == [("kpi_province_year_2025_boundaries", "better_extraction")]


def test_a_correction_of_a_fact_that_is_in_no_table_is_new_once(lake: LakeInput) -> None:
    page, facts = _forty(lake)
    lake.correction(page, "f" + "1" * 16)
    build_and_publish(lake, "2023-02-10", CODE)
    assert asked(lake, "SELECT fact_ids, outcome FROM marts.dq_corrections") == [("f" + "1" * 16, None)]
    lake.retract(facts[7])
    with pytest.raises(LossError, match=r"\(unexplained 1\)"):
        build_and_publish(lake, "2023-03-10", CODE)


def test_a_row_that_is_replaced_is_not_lost(lake: LakeInput) -> None:
    page, facts = _forty(lake)
    for number, fact in enumerate(facts):
        lake.retract(fact)
        lake.fact(page, "share", 60, "excellent+good", year=1997 + number)
    assert build_and_publish(lake, "2023-02-10", CODE).changes["changed"] == {"unexplained": 40}


def test_every_cause_has_a_limit_with_its_reason() -> None:
    assert set(limits()) == set(CAUSES)
    assert not limits()["unexplained"].allows(1, 1_000_000)
    assert limits()["withdrawal"].allows(10_000, 10_000)
    assert limits()["better_extraction"].allows(300, 10_000)
    assert not limits()["better_extraction"].allows(301, 10_000)


HEAD = "cause,rows,percent,reason\n"
WHOLE = "".join(f"{cause},1,1,why\n" for cause in CAUSES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + WHOLE.replace("new_page,1,1,why", "new_page,some,1,why"), "line 2: a cause .* correct the line"),
        (HEAD + WHOLE.replace("new_page,1,1,why", "new_page,1,1, "), "line 2: a cause"),
        (HEAD + WHOLE.replace("new_page", "nothing"), "line 2: a cause"),
        (HEAD + WHOLE + "correction,1,1,again\n", f"line {len(CAUSES) + 2}: a cause"),
        (HEAD + WHOLE.replace("correction,1,1,why\n", ""), "no line for correction: add it"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "limits.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PublishError, match=message):
        limits(path)


TABLES = (
    "kpi_clean_strong_wide",
    "kpi_party_membership",
    "kpi_province_year_2025_boundaries",
    "kpi_province_year_wide",
    "kpi_target_vs_actual",
)


def test_a_row_that_only_another_table_loses_stops_and_is_entered_once(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 50, "excellent+good")
    lake.fact(page, "share", 60, "excellent+good", modality="target")
    lake.fact(page, "share", 50, "clean_strong", indicator="clean_strong_rating", year=2015)
    lake.fact(page, "count", 4100, indicator="population", subject="party_member", **LAI_CHAU)
    build_and_publish(lake, "2023-01-10", CODE)
    emptied = [replace(m, sql=f"SELECT * FROM (\n{m.sql}\n) WHERE FALSE") if m.name in TABLES else m for m in MODELS]
    with pytest.raises(LossError) as stopped:
        build_and_publish(lake, "2023-02-10", CODE, models=emptied)
    assert {(loss.table, loss.cause) for loss in stopped.value.lost} == {(table, "unexplained") for table in TABLES}
    assert "; 1 of 1 rows of kpi_party_membership would go, more than limits.csv allows (unexplained 1): VN-01/" in str(
        stopped.value
    )
    told = (lake.folder / "releases" / "stopped" / "CHANGES.md").read_text(encoding="utf-8")
    assert "kpi_party_membership: unexplained 1;" in told
    assert "| kpi_party_membership | `VN-01/2021/province` | unexplained |" in told

    report = build_and_publish(lake, "2023-02-11", CODE, models=emptied, accept_loss="a trial")
    assert (report.number, report.accepted_loss) == (2, "a trial")
    lost = asked(lake, "SELECT DISTINCT table_name, publication, lost_on::VARCHAR FROM marts.dq_lost_rows ORDER BY 1")
    assert lost == [(table, 2, "2023-02-11") for table in TABLES]
    releases = lake.folder / "releases"
    assert not publish(lake.warehouse, lake.folder / "published", releases, 3, "2023-03-10", "0.1").changed
    assert build_and_publish(lake, "2023-04-10", CODE, models=emptied).number == 2


def test_a_statement_that_reaches_no_kpi_table_is_missed_too(lake: LakeInput) -> None:
    page = lake.page()
    nowhere = {"province": None, "province_valid_from": None, "period_start": None, "period_end": None}
    facts = [lake.fact(page, "share", 50, level, **nowhere) for level in ("good", "excellent")]
    build_and_publish(lake, "2023-01-10", CODE)
    lake.retract(facts[0])
    key = f"{page}/no_province/no_period/province/commune_government/task_completion_rating/good/share"
    with pytest.raises(LossError, match=rf"^1 of 2 rows of fact_observation .*\(unexplained 1\): {key}\. The last"):
        build_and_publish(lake, "2023-02-10", CODE)
    lake.fact(
        page, "share", 51, "good", **{**nowhere, "province": "VN-14", "period_start": "2021", "period_end": "2021"}
    )
    build_and_publish(lake, "2023-02-10", CODE)
    assert asked(lake, "SELECT count(*) FROM marts.dq_lost_rows") == [(0,)]


def test_a_number_of_the_new_boundaries_that_a_part_takes_along_is_lost(lake: LakeInput) -> None:
    page = lake.page()
    counted = {"indicator": "inspection", "subject": "party_member"}
    facts = [lake.fact(page, "count", 40, province=area, **counted) for area in ("VN-14", "VN-68", "VN-70")]
    build_and_publish(lake, "2023-01-10", CODE)
    rows = "SELECT count(*) FROM marts.kpi_province_year_2025_boundaries WHERE obs_value IS NOT NULL"
    before = asked(lake, rows)
    lake.retract(facts[0])
    lake.correction(page, facts[0])
    build_and_publish(lake, "2023-02-10", CODE)
    lost = asked(lake, "SELECT table_name, cause FROM marts.dq_lost_rows ORDER BY 1")
    assert (before, asked(lake, rows)) == ([(1,)], [(0,)])
    assert lost == [("fact_observation", "correction"), ("kpi_province_year_2025_boundaries", "correction")]


def test_the_reason_of_a_withdrawal_stands_where_its_rows_went(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=20.5)
    build_and_publish(lake, "2023-01-10", CODE)
    lake.withdraw(page, "a draft | never meant")
    folder = build_and_publish(lake, "2023-02-10", CODE).folder
    assert asked(lake, "SELECT end_cause, end_reason FROM marts.kpi_history") == [
        ("withdrawal", "a draft | never meant")
    ]
    assert asked(lake, "SELECT table_name, cause, reason FROM marts.dq_lost_rows ORDER BY 1") == [
        (table, "withdrawal", "a draft | never meant") for table in ("fact_observation", "kpi_province_year_wide")
    ]
    text = (folder / "CHANGES.md").read_text(encoding="utf-8")
    assert text.count("| withdrawal: `a draft \\| never meant` |") == 3
