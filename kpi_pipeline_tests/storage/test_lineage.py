"""Column lineage: what each column of the models is made from, and what cannot be followed."""

from __future__ import annotations

import pytest

from kpi_pipeline.storage.lineage import CONSTANTS, ColumnRef, column_lineage, origins, source_columns, unexplained
from kpi_pipeline.storage.sql_models import SOURCES, ModelError, SqlModel
from kpi_pipeline_tests.lake_input import MODELS

SOURCE = {"lake.t": ("a", "b", "c"), "lake.u": ("a", "d")}


def _model(sql: str, *columns: str, name: str = "staging.m") -> SqlModel:
    schema, table = name.split(".")
    return SqlModel(table, schema, sql, (), "A table.", dict.fromkeys(columns, "A column."))


def _made_from(sql: str, *columns: str) -> dict[str, list[str]]:
    found = column_lineage([_model(sql, *columns)], SOURCE)["staging.m"]
    return {column: [str(ref) for ref in refs] for column, refs in found.items()}


@pytest.mark.parametrize(
    ("sql", "made_from"),
    [
        ("SELECT a + 1 AS x, t.b FROM lake.t AS t", {"x": ["lake.t.a"], "b": ["lake.t.b"]}),
        ("WITH s AS (SELECT * FROM lake.t) SELECT c FROM s", {"c": ["lake.t.c"]}),
        ("WITH s AS (SELECT * REPLACE (b AS a) FROM lake.t) SELECT a FROM s", {"a": ["lake.t.b"]}),
        ("WITH s AS (SELECT * EXCLUDE (a) FROM lake.t) SELECT s.c AS x FROM s", {"x": ["lake.t.c"]}),
        ("SELECT a, b FROM lake.t UNION ALL SELECT d, a FROM lake.u", {"a": ["lake.t.a", "lake.u.d"],
                                                                       "b": ["lake.t.b", "lake.u.a"]}),
        ("SELECT a, b FROM lake.t UNION ALL BY NAME SELECT d AS b, a FROM lake.u UNION ALL BY NAME "
         "SELECT c, c AS a FROM lake.t", {"a": ["lake.t.a", "lake.t.c", "lake.u.a"], "b": ["lake.t.b", "lake.u.d"],
                                          "c": ["lake.t.c"]}),
        ("WITH s AS (SELECT min(struct_pack(v := a, k := b)) AS best FROM lake.t) SELECT best.v AS x FROM s",
         {"x": ["lake.t.a", "lake.t.b"]}),
        ("WITH s AS (SELECT list({'v': a}) FILTER (WHERE b) AS l FROM lake.t) "
         "SELECT list_transform(l, lambda p: p.v) AS x FROM s", {"x": ["lake.t.a"]}),
        ("SELECT arg_min(a, b) AS x, max(c) FILTER (WHERE b) AS y, arg_max(c, a) FILTER (WHERE b) AS z FROM lake.t",
         {"x": ["lake.t.a"], "y": ["lake.t.c"], "z": ["lake.t.c"]}),
        ("SELECT unnest(string_split(a, ',')) AS x FROM lake.t", {"x": ["lake.t.a"]}),
        ("SELECT row_number() OVER (PARTITION BY a ORDER BY b) AS x FROM lake.t", {"x": ["lake.t.a", "lake.t.b"]}),
        ("SELECT a, count(*) AS n FROM lake.t GROUP BY a", {"a": ["lake.t.a"], "n": ["lake.t.a"]}),
        ("SELECT (SELECT max(d) FROM lake.u) AS x FROM lake.t", {"x": ["lake.u.d"]}),
        ("SELECT t.a FROM lake.t AS t JOIN lake.u AS u ON t.a = u.a WHERE u.d > 1", {"a": ["lake.t.a"]}),
        ("SELECT 1 AS one, NULL AS nothing FROM lake.t", {"one": [], "nothing": []}),
    ],
)  # fmt: skip
def test_each_form_of_sql_is_followed(sql: str, made_from: dict[str, list[str]]) -> None:
    assert _made_from(sql, *made_from) == made_from


def test_the_way_back_leads_through_the_models_to_the_lake() -> None:
    first = _model("SELECT a AS x, 'k' AS kind FROM lake.t", "x", "kind", name="staging.first")
    second = _model("SELECT x || d AS y, kind FROM staging.first, lake.u", "y", "kind", name="marts.second")
    found = column_lineage([first, second], SOURCE)
    assert found["marts.second"]["y"] == (ColumnRef("lake.u", "d"), ColumnRef("staging.first", "x"))
    assert origins(found, "marts.second", "y") == (ColumnRef("lake.t", "a"), ColumnRef("lake.u", "d"))
    assert origins(found, "marts.second", "kind") == (ColumnRef("staging.first", "kind"),)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT t.renamed AS x FROM lake.t AS t", r"staging\.m: .*Unknown column: renamed.*mend the name"),
        ("(SELECT a AS x FROM lake.t UNION SELECT d FROM lake.u) UNION BY NAME SELECT b AS x FROM lake.t",
         "a union by position stands inside a union by name.*plainer way"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused(sql: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        column_lineage([_model(sql, "x")], SOURCE)


def test_a_column_from_nowhere_must_be_listed_and_a_list_must_hold() -> None:
    found = column_lineage([_model("SELECT a, 'k' AS kind FROM lake.t", "a", "kind")], SOURCE)
    assert unexplained(found, ["staging.m.kind"]) == []
    assert [said.split()[0] for said in unexplained(found, ["staging.m.a"])] == ["staging.m.kind", "staging.m.a"]


def test_a_source_whose_columns_are_not_known_has_what_is_asked_of_it() -> None:
    found = column_lineage([_model("SELECT n.z AS x, a FROM lake.new AS n, lake.t AS t", "x", "a")], SOURCE)
    assert found["staging.m"] == {"x": (ColumnRef("lake.new", "z"),), "a": (ColumnRef("lake.t", "a"),)}


def test_every_column_of_the_product_has_its_lineage_or_is_a_known_constant() -> None:
    found = column_lineage(MODELS)
    assert unexplained(found) == []
    assert {table: list(columns) for table, columns in found.items()} == {m.full_name: list(m.columns) for m in MODELS}
    ends = {ref for m in MODELS for column in m.columns for ref in origins(found, m.full_name, column)}
    assert {str(ref) for ref in ends if ref.table not in source_columns()} == set(CONSTANTS)


def test_the_columns_of_every_source_are_known() -> None:
    assert {f"{schema}.{table}" for schema, tables in SOURCES.items() for table in tables} == set(source_columns())


def test_the_number_of_a_row_leads_to_the_value_of_a_fact() -> None:
    found = column_lineage(MODELS)
    for table, column in (("kpi_province_year", "obs_value"), ("kpi_province_year_wide", "share_excellent")):
        assert ColumnRef("lake.validated_facts", "value") in origins(found, f"marts.{table}", column)
    assert origins(found, "staging.cell", "value") == (ColumnRef("lake.validated_facts", "value"),)
    assert origins(found, "staging.cell", "flags") == (ColumnRef("lake.validated_facts", "flags"),)
    shares = {ref.column for ref in origins(found, "marts.kpi_province_year_wide", "share_good")}
    assert shares.isdisjoint({"province", "unit_name", "period_end", "quote", "flags"})
    assert ColumnRef("lake.raw_pages", "url") in origins(found, "marts.kpi_province_year", "source_url")
