"""Finding, ordering and describing SQL models, and what is refused."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from kpi_pipeline.storage.sql_models import ModelError, load_models


def _write(folder: Path, models: dict[str, str], described: dict[str, list[str]] | None = None) -> Path:
    """Models by `schema/name`, each described by its columns (default: a column `a`)."""
    listed: dict[str, list[dict[str, object]]] = {"staging": [], "marts": []}
    for name, sql in models.items():
        path = folder / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, encoding="utf-8")
    for name in {**dict.fromkeys(models), **(described or {})}:
        columns = (described or {}).get(name, ["a"])
        schema, table = name.split("/")[0], name.split("/")[-1]
        listed[schema].append(
            {
                "name": table,
                "description": f"Rows of\n{table}.",
                "columns": [{"name": c, "description": f"What {c} means"} for c in columns],
            }
        )
    for schema, entries in listed.items():
        if entries:
            (folder / schema / "schema.yml").write_text(yaml.safe_dump({"version": 2, "models": entries}))
    return folder


def test_models_come_in_build_order_with_columns_and_descriptions(tmp_path: Path) -> None:
    folder = _write(
        tmp_path,
        {
            "marts/a_first_by_name": "SELECT a FROM staging.z_last_by_name ORDER BY a",
            "staging/b": "WITH o AS (SELECT * FROM lake.raw_pages) SELECT o.page_id AS a FROM o, reference.provinces",
            "staging/z_last_by_name": "SELECT a, 1 AS n FROM staging.b UNION ALL SELECT a, 2 FROM staging.b",
        },
        {"staging/z_last_by_name": ["a", "n"]},
    )
    models = load_models(folder)
    assert [model.full_name for model in models] == ["staging.b", "staging.z_last_by_name", "marts.a_first_by_name"]
    assert models[0].depends_on == ("lake.raw_pages", "reference.provinces")
    assert models[1].depends_on == ("staging.b",)
    assert dict(models[1].columns) == {"a": "What a means", "n": "What n means"}
    assert models[1].description == "Rows of z_last_by_name."


@pytest.mark.parametrize(
    ("models", "described", "message"),
    [
        ({"staging/m": "SELECT a FROM nowhere.t"}, {}, "unknown table nowhere.t"),
        ({"staging/m": "SELECT a FROM loose"}, {}, "unknown table loose"),
        ({"staging/m": "SELECT a FROM lake.raw_page"}, {}, "unknown table lake.raw_page"),
        ({"staging/m": "SELECT a FROM staging.n", "staging/n": "SELECT a FROM staging.m"}, {}, "in a circle"),
        ({"staging/m": "SELECT a FROM staging.m"}, {}, "in a circle"),
        ({"staging/m": "SELECT 1 AS a; SELECT 2 AS a"}, {}, "exactly one SELECT"),
        ({"staging/m": "DROP TABLE t"}, {}, "exactly one SELECT"),
        ({"staging/m": ""}, {}, "exactly one SELECT"),
        ({"staging/m": "SELECT FROM WHERE ("}, {}, "no SQL that can be read"),
        ({"staging/m": "SELECT * FROM lake.raw_pages"}, {}, "without `\\*`"),
        ({"staging/m": "SELECT 1 AS a, 2 AS a"}, {}, "each of its columns once"),
        ({"staging/m": "SELECT 1 AS a", "marts/m": "SELECT 1 AS a ORDER BY a"}, {}, "same name"),
        ({"staging/m": "SELECT 1 AS a", "staging/sub/m": "SELECT 1 AS a"}, {}, "same name"),
        ({"marts/m": "SELECT 1 AS a"}, {}, "ORDER BY"),
        ({"staging/m": "SELECT 1 AS a, 2 AS b"}, {}, "does not describe b"),
        ({"staging/m": "SELECT 1 AS a"}, {"staging/m": ["a", "gone"]}, "describes gone"),
        ({"staging/m": "SELECT 1 AS a"}, {"staging/n": ["a"]}, "n has no file n.sql"),
        (
            {"marts/m": "SELECT 1 AS a ORDER BY a", "staging/n": "SELECT a FROM marts.m"},
            {},
            "staging model cannot read marts.m",
        ),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, models: dict[str, str], described: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        load_models(_write(tmp_path, models, described))


def test_a_model_without_any_description_is_refused(tmp_path: Path) -> None:
    folder = _write(tmp_path, {"staging/m": "SELECT 1 AS a"})
    (folder / "staging" / "schema.yml").unlink()
    with pytest.raises(ModelError, match="does not describe this table"):
        load_models(folder)


@pytest.mark.parametrize("text", ["models: [", "models: [{name: m}]", "models: [3]", "- a"])
def test_a_description_file_in_another_form_is_refused(tmp_path: Path, text: str) -> None:
    folder = _write(tmp_path, {"staging/m": "SELECT 1 AS a"})
    (folder / "staging" / "schema.yml").write_text(text)
    with pytest.raises(ModelError, match="properties file"):
        load_models(folder)


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no SQL models"):
        load_models(tmp_path)


def test_the_models_of_the_product_are_plain_sql() -> None:
    models = load_models()
    assert {model.name for model in models if model.schema == "marts"} >= {"kpi_province_year", "dim_page"}
    with duckdb.connect() as con:
        for model in models:
            assert len(con.extract_statements(model.sql)) == 1
            assert all(len(text.split()) > 1 or text.endswith(".") for text in model.columns.values())
