"""What the UI shows of assets after a run: previews, charts, the story of a publication; hostile text stays text."""

from __future__ import annotations

import base64

import dagster as dg
import duckdb
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.showing import facts_by_province, levels_by_year, preview, story
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.storage.reading import query

Shown = dict[str, dg.MetadataValue]  # type: ignore[type-arg]


def last_shown(home: Home, asset: str) -> Shown:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    return dict(event.asset_materialization.metadata)


def test_every_mart_shows_its_rows_count_and_cost(sampled: Home) -> None:
    tables = query(sampled.published, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'")
    for table in (str(row["table_name"]) for row in tables):
        shown = last_shown(sampled, table)
        [counted] = query(sampled.published, f"SELECT count(*) AS n FROM marts.{table}")
        assert shown["dagster/row_count"].value == counted["n"], table
        assert isinstance(shown["seconds"].value, float), table
        text = str(shown["preview"].value)
        lines = text.splitlines()
        assert len(lines) - 2 == min(5, counted["n"]) if counted["n"] else text == "No rows.", table


def test_the_charts_show_what_the_tables_say(sampled: Home) -> None:
    chart = str(last_shown(sampled, "kpi_province_year")["levels_by_year"].value)
    said, _, drawn = chart.removesuffix(")").partition("](data:image/png;base64,")
    assert said.startswith("![Shares of ")
    assert base64.b64decode(drawn).startswith(b"\x89PNG")
    bars = str(last_shown(sampled, "fact_observation")["facts_by_province"].value).splitlines()[2:]
    counts = query(
        sampled.published,
        "SELECT count(*) AS n FROM marts.fact_observation GROUP BY province, province_valid_from ORDER BY 1 DESC",
    )
    shown = [int(line.split("|")[2]) for line in bars if line.startswith("|")]
    assert shown == sorted(shown, reverse=True)
    assert shown == [row["n"] for row in counts][: len(shown)]


def test_every_asset_of_the_last_run_tells_rows_seconds_and_size(sampled: Home) -> None:
    specs = list(build_definitions().resolve_all_asset_specs())
    with dg.DagsterInstance.from_config(str(sampled.dagster)) as instance:
        for spec in specs:
            event = instance.get_latest_materialization_event(spec.key)
            assert event is not None, spec.key
            assert event.asset_materialization is not None, spec.key
            shown = event.asset_materialization.metadata
            assert "seconds" in shown, spec.key
            if spec.partitions_def is not None:
                assert {"dagster/partition_row_count", "kilobytes"} <= shown.keys(), spec.key
            else:
                assert "dagster/row_count" in shown, spec.key
                assert spec.group_name == "staging" or {"megabytes", "kilobytes"} & shown.keys(), spec.key


@pytest.mark.parametrize(
    ("asset", "column"), [("raw_pages", "source_file"), ("cleaned_text", "title"), ("validated_facts", "subject")]
)
def test_the_last_day_with_rows_of_a_run_shows_some(sampled: Home, asset: str, column: str) -> None:
    with dg.DagsterInstance.from_config(str(sampled.dagster)) as instance:
        records = instance.fetch_materializations(dg.AssetKey(asset), limit=5000).records
    made = [record.asset_materialization for record in records if record.asset_materialization]
    shown = {str(each.partition): each.metadata["preview"] for each in made if "preview" in each.metadata}
    last = Lake(sampled.lake).days(asset)[-1]
    assert f"| {column} |" in str(shown[last].value)
    assert 0 < len(shown) < len(made)


def test_numbers_show_the_sentences_behind_them(sampled: Home) -> None:
    told = str(last_shown(sampled, "kpi_province_year")["sentences"].value)
    [newest] = query(
        sampled.published,
        "SELECT kpi_id, sentence, quote FROM marts.kpi_province_year AS k "
        "JOIN marts.fact_observation AS f ON k.fact_ids = f.fact_id ORDER BY k.time_period DESC, kpi_id LIMIT 1",
    )
    plain = told.replace("\\", "")
    assert f"{newest['kpi_id']} = **" in plain
    assert f"> {newest['sentence']}" in plain


def test_a_publication_tells_its_story(sampled: Home) -> None:
    shown = last_shown(sampled, "published")
    told = str(shown["story"].value)
    [pages] = query(
        sampled.published, "SELECT count(*) AS n, count(*) FILTER (status <> 'ok') AS bad FROM marts.dim_page"
    )
    assert f"**{pages['n']}** pages in, {pages['bad']} of them could not be read" in told
    for table, words in (
        ("fact_observation", "facts"),
        ("dq_unread_numbers", "numbers"),
        ("kpi_province_year", "rows"),
    ):
        [counted] = query(sampled.published, f"SELECT count(*) AS n FROM marts.{table}")
        assert f"**{counted['n']}** {words}" in told
    assert float(str(shown["megabytes"].value)) > 0
    assert str(shown["report_page"].value).endswith("catalogue/en.html")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a | b", "a \\| b"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert\\(1\\)&gt;"),
        ("two\nlines", "two lines"),
        ("[click](javascript:x)", "\\[click\\]\\(javascript:x\\)"),
        ("x" * 100, "x" * 59 + "…"),
        (None, ""),
    ],
)
def test_what_a_page_says_stays_text(said: object, shown: str) -> None:
    assert str(preview([{"quote": said}]).value).splitlines()[2] == f"| {shown} |"


def test_an_empty_warehouse_is_shown_too(sampled: Home) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{sampled.published / 'warehouse.duckdb'}' AS full_one (READ_ONLY)")
        con.execute("CREATE SCHEMA marts")
        for table in (
            "dim_page",
            "fact_observation",
            "dq_quarantine",
            "dq_unread_numbers",
            "kpi_province_year",
            "dim_province",
        ):
            con.execute(f"CREATE TABLE marts.{table} AS FROM full_one.marts.{table} LIMIT 0")
        assert str(levels_by_year(con).value) == "No shares yet."
        assert str(facts_by_province(con).value) == "No facts yet."
        con.execute(
            "INSERT INTO marts.dim_page (page_id, status) VALUES ('a', 'ok'), ('b', 'skipped'), ('c', 'no_text')"
        )
        assert "**3** pages in, 1 of them could not be read, 1 skipped" in str(story(con, "nothing").value)
        con.execute("DELETE FROM marts.dim_page")
        assert "**0** pages in, 0 of them could not be read\n" in str(story(con, "nothing").value)
        assert str(preview([]).value) == "No rows."
