"""Table macros: read from their folder, put into the file with their descriptions, refused when they make no sense."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kpi_pipeline.storage.sql_macros import create_macros, load_macros
from kpi_pipeline.storage.sql_models import ModelError

SAID = """\
macros:
  - name: above
    description: It's rows above.
    arguments: [{name: least, description: The least.}]
"""


def _folder(tmp_path: Path, sql: str, said: str = SAID) -> Path:
    folder = tmp_path / "macros"
    folder.mkdir()
    (folder / "above.sql").write_text(sql, encoding="utf-8")
    (folder / "schema.yml").write_text(said, encoding="utf-8")
    return tmp_path


def test_a_macro_answers_in_the_file(tmp_path: Path) -> None:
    macros = load_macros(_folder(tmp_path, "SELECT a FROM marts.t WHERE a > least ORDER BY a\n"))
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA marts")
        con.execute("CREATE TABLE marts.t AS SELECT unnest([3, 1, 2]) AS a")
        create_macros(con, macros)
        assert con.execute("SELECT a FROM marts.above(1)").fetchall() == [(2,), (3,)]
        said = con.execute("SELECT comment FROM duckdb_functions() WHERE function_name = 'above'").fetchone()
        assert said == ("It's rows above.",)


@pytest.mark.parametrize(
    ("sql", "said", "message"),
    [
        ("SELECT a FROM lake.t", SAID, "reads marts only, not lake.t"),
        ("SELECT 1 AS a; SELECT 2 AS a", SAID, "exactly one SELECT"),
        ("SELECT a FROM marts.t", "macros: []", "does not describe this macro"),
        ("SELECT a FROM marts.t", SAID + SAID.split("\n", 1)[1].replace("above", "below"), "below has no file"),
        ("SELECT a FROM marts.t", "macros: [{name: above}]", "properties file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, sql: str, said: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load_macros(_folder(tmp_path, sql, said))


def test_a_folder_without_macros_has_none(tmp_path: Path) -> None:
    assert load_macros(tmp_path) == ()
