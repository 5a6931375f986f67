"""Rules about the marts as SQL files: what is found, what is refused, what comes back of a rule that is broken."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kpi_pipeline.storage.sql_models import ModelError, load_models
from kpi_pipeline.storage.sql_tests import broken_rows, load_tests


def _folder(root: Path, **files: str) -> Path:
    (root / "tests").mkdir()
    for name, sql in files.items():
        (root / "tests" / f"{name}.sql").write_text(sql, encoding="utf-8")
    return root


def test_a_file_is_a_rule_of_the_mart_it_names(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        positive="-- kpi: No value is below 0.\nSELECT a FROM kpi WHERE a < 0",
        keyed="-- dim_page: All there.\nSELECT 1",
    )
    keyed, positive = load_tests(folder)
    assert (keyed.name, keyed.table, keyed.rule) == ("keyed", "dim_page", "All there.")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE kpi AS SELECT 1 AS a")
        assert broken_rows(con, positive) == []
        con.execute("INSERT INTO kpi VALUES (-2)")
        assert broken_rows(con, positive) == [{"a": -2}]


@pytest.mark.parametrize("sql", ["SELECT 1", "-- No table named.\nSELECT 1", "-- kpi: no full stop\nSELECT 1", ""])
def test_a_first_line_in_another_form_is_refused(tmp_path: Path, sql: str) -> None:
    with pytest.raises(ModelError, match=r"odd\.sql: the first line is `-- <mart>: <rule in a sentence>\.`"):
        load_tests(_folder(tmp_path, odd=sql))


def test_a_folder_without_rules_has_none(tmp_path: Path) -> None:
    assert load_tests(tmp_path) == ()


def test_the_rules_of_the_product_are_of_its_marts_and_come_in_order() -> None:
    marts = {model.name for model in load_models() if model.schema == "marts"}
    tests = load_tests()
    assert {test.table for test in tests} <= marts
    assert all("ORDER BY" in test.sql for test in tests)
