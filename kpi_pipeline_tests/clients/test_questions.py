"""The guide's questions on the sample pages: the DuckDB file, PostgreSQL and Parquet give the answers written there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from adbc_driver_postgresql import dbapi

from kpi_pipeline.publication.postgresql import load_release
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.clients import questions
from kpi_pipeline_tests.clients.conftest import Database, Server
from kpi_pipeline_tests.clients.questions import Ask, Question, on_file, on_parquet, table, write_answers

QUESTIONS = questions.questions()
WRITE = "python -m kpi_pipeline_tests.clients.questions KPI_HOME/published writes the answers anew: look at the change"


@pytest.fixture(scope="module")
def loaded(sampled: Home, server: Server) -> Iterator[Ask]:
    """Asks a PostgreSQL database that holds the sample pages' release."""
    database = Database(server)
    load_release(sampled.published, database.uri)

    def ask(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with dbapi.connect(database.uri) as connection, connection.cursor() as cursor:
            cursor.execute(sql.rstrip().rstrip(";"))
            return [column[0] for column in cursor.description or []], [tuple(row) for row in cursor.fetchall()]

    yield ask
    database.drop()


def test_there_are_ten_questions_or_more_and_each_has_an_answer() -> None:
    assert [int(question.title.split()[0]) for question in QUESTIONS] == list(range(1, len(QUESTIONS) + 1))
    assert len(QUESTIONS) >= 10
    assert all(question.answer.count("\n") > 2 for question in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.title.split()[0])
def test_all_three_give_the_answer_of_the_guide(sampled: Home, loaded: Ask, question: Question) -> None:
    asked = {
        "the DuckDB file": on_file(sampled.published / "warehouse.duckdb"),
        "the Parquet files": on_parquet(sampled.published / "parquet"),
        "PostgreSQL": loaded,
    }
    for place, ask in asked.items():
        assert table(*ask(question.sql)) == question.answer, f"{place}, question {question.title}. {WRITE}"


def test_answers_are_written_where_they_belong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "questions.md"
    first = "## 1 One?\n\nIt is:\n\n```sql\nSELECT 1;\n```\n\n| old |\n| --- |\n| 7 |\n\n"
    page.write_text(f"# Questions\n\n{first}## 2 Two?\n\n```sql\nx\n```\n")
    monkeypatch.setattr(questions, "PAGE", page)
    write_answers(lambda sql: (["a", "b"], [(1, None), (2.50, f"{sql.strip()}|")]))
    told = "| a | b |\n| --- | --- |\n| 1 |  |\n| 2.5 | {} |\n"
    assert [found.answer for found in questions.questions()] == [told.format("SELECT 1;\\|"), told.format("x\\|")]
    assert "It is:" in page.read_text()
    assert "| 7 |" not in page.read_text()
