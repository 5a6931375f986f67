"""What the README and the docs point to is there: files, make targets, verbs and options, tables."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from kpi_pipeline.cli import main
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.definitions import defs
from kpi_pipeline.publication import sdmx
from kpi_pipeline.reference.codes import DAY_SOURCES
from kpi_pipeline_tests.conftest import PROJECT

PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("kpi_pipeline/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.MULTILINE):
        assert target in targets, f"{page.name} names make {target}"
    for verb, rest in re.findall(r"(?:^    |`|/)kpi ([a-z]+)([^`\n#|]*)", text, re.MULTILINE):
        assert verb in main.commands, f"{page.name} names kpi {verb}"
        known = {option for parameter in main.commands[verb].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, f"{page.name}: kpi {verb}{rest}"


def test_the_readme_names_every_verb_and_table() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    for verb in main.commands:
        assert f"kpi {verb}" in text
    for table in MART_CONTRACTS:
        assert f"`{table}`" in text


def test_the_decision_on_checks_names_every_check() -> None:
    text = (PROJECT / "docs/decisions/0004-blocking-and-warning.md").read_text(encoding="utf-8")
    for key in defs.resolve_asset_graph().asset_check_keys:
        assert f"`{key.name}`" in text


def test_the_readme_promises_exactly_two_commands() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    section = text.split("## Two commands")[1].split("\n## ")[0]
    assert re.findall(r"^    (make [a-z]+)", section, re.MULTILINE) == ["make run", "make test"]


def test_every_option_says_what_it_does() -> None:
    for name, command in main.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in ("form", "port", "host"):
                assert parameter.help, f"{name} {parameter.opts}"


def test_days_and_their_sources_are_explained() -> None:
    text = (PROJECT / "docs/guide/README.md").read_text(encoding="utf-8")
    for word in ("manifest", "metadata", "address", "dateline", "capture"):
        assert word in text
    assert len(DAY_SOURCES) == 5


def test_the_guide_names_every_setting() -> None:
    settings = (PROJECT / "docs/guide/README.md").read_text(encoding="utf-8").split("## Settings")[1]
    code = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "kpi_pipeline").rglob("*.py"))
    names = set(re.findall(r"\"(KPI_[A-Z_]+)\"", code)) - {sdmx.FLOW}
    assert "KPI_HOME" in names
    for name in names:
        assert f"`{name}`" in settings, f"{name} is not in the table of settings"


def test_what_the_ui_shows_has_a_description() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.asset_check_keys:
        assert graph.get_check_spec(key).description, key
    for thing in [*(defs.jobs or ()), *(defs.sensors or ()), *(defs.schedules or ())]:
        assert thing.description, thing.name
