"""Rows that vanish: what may go for which cause, what stops the publication, and going on all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpi_pipeline.contracts.history import CAUSES
from kpi_pipeline.publication.history import CodeVersions
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.publication.losses import LossError, limits
from kpi_pipeline.publication.manifest import manifest_of
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline_tests.lake_input import LakeInput
from kpi_pipeline_tests.publication.publishing import asked, build_and_publish

CODE, NEWER = CodeVersions("reads 1", "builds 1"), CodeVersions("reads 2", "builds 1")
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
    assert [loss.kpi_id[:10] for loss in stopped.value.lost] == [f"VN-14/{1997 + number}" for number in range(13)]
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
    lake.withdraw(page)
    lake.page(page_id=page, page_version="e" * 64)
    with pytest.raises(LossError, match=r"new_version 40"):
        build_and_publish(lake, "2023-02-10", CODE)


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
