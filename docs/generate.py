"""Writes docs/reference/ from what the code says: the rules, the tables, the readings, the unread numbers,
the constructions, the classes of the lexicon, and what the Dagster UI shows: assets, checks, jobs, sensors.

    python docs/generate.py [--check]

With --check nothing is written; the exit code is 1 when a page is not what it would be.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from kpi_pipeline.accuracy.constructions import constructions
from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import Contract, columns_of, table_doc
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.extraction import UNREAD_REASONS
from kpi_pipeline.extraction.readings import DROPPED, READINGS
from kpi_pipeline.reference.lexicon import CLASSES
from kpi_pipeline.storage.sql_macros import load_macros
from kpi_pipeline.storage.sql_models import load_models
from kpi_pipeline.validation import RULES

FOLDER = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Written by docs/generate.py (`make docs`); change the code, not this page. -->\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    head = list(head)
    return "\n".join([line(head), "|" + "---|" * len(head), *map(line, rows)]) + "\n"


def rules() -> str:
    """The rule catalogue: what each rule says and what a person should do."""
    parts = [NOTE, "# Rules\n"]
    for severity, meaning in (
        ("quarantine", "keep a fact out of every table"),
        ("page", "keep a whole page from being read"),
        ("flag", "let a fact in, with a flag that says what to know about it"),
        ("merge", "fold a repeated mention into the fact that stands for it"),
    ):
        chosen = [rule for rule in RULES.values() if rule.severity == severity]
        if chosen:
            parts += [f"## Rules that {meaning}\n", _table(
                ("rule", "on", "what it says", "what to do"),
                ((f"`{rule.id}`", rule.applies_to, rule.sentence, rule.what_to_do) for rule in chosen),
            )]  # fmt: skip
    return "\n".join(parts)


def tables() -> str:
    """Every table with its columns, as the contracts and schema.yml have them."""
    models = {model.name: model for model in load_models()}
    parts = [NOTE, "# Tables\n", "## Published: schema `marts`\n"]
    for name, contract in sorted(MART_CONTRACTS.items()):
        said = models[name].columns
        parts += [f"### {name}\n", models[name].description + "\n", _columns(contract, said)]
    parts.append("## Questions with an argument, in the DuckDB file\n")
    parts += [f"`SELECT * FROM marts.{m.name}({', '.join(m.arguments)})`: {m.description}\n" for m in load_macros()]
    parts.append("## The lake: Parquet by day\n")
    for name, contract in LAKE_CONTRACTS.items():
        parts += [f"### {name}\n", table_doc(contract) + "\n", _columns(contract, {})]
    return "\n".join(parts)


def _columns(contract: type[Contract], said: object) -> str:
    words = dict(said) if isinstance(said, dict) else {}
    return _table(
        ("column", "type", "may be empty", "meaning"),
        (
            (f"`{c.name}`", c.type, "yes" if c.nullable else "", words.get(c.name) or c.description)
            for c in columns_of(contract)
        ),
    )


def unread() -> str:
    """Why a number of a page became no fact."""
    return "\n".join([NOTE, "# Reasons of unread numbers\n", _table(
        ("reason", "means"), ((f"`{code}`", sentence) for code, sentence in UNREAD_REASONS.items())
    )])  # fmt: skip


def readings() -> str:
    """How a number of a page became a fact."""
    return "\n".join([
        NOTE, "# Readings\n",
        "The column `reading` of a fact says by which way its number was read; behind a bar stands the quote that",
        "arithmetic compared. `kpi explain PAGE` shows the reading of every number of a page.\n",
        _table(("reading", "means"), ((f"`{code}`", sentence) for code, sentence in READINGS.items())),
        "## Taken back by arithmetic\n",
        _table(("why", "means"), ((f"`{code}`", sentence) for code, sentence in DROPPED.items())),
    ])  # fmt: skip


def construction_list() -> str:
    """What the extractor must understand, how common it is, and where it is tried."""
    parts = [NOTE, "# Constructions\n", (
        "Every way in which pages state a rating figure, or seem to, with the number of short texts written to try it\n"
        "(`kpi_pipeline/accuracy/gold/authored.jsonl`). The percentages are of the pages on which a construction was\n"
        "seen when the list was made: about 105 pages, 37 of which state a rating, counted by hand, good to five\n"
        "points. A text is read when every fact is found with all its fields and nothing is invented. The last column\n"
        "names texts that are not; where it is empty all are, and a test holds the list to that.\n"
    )]  # fmt: skip
    groups: dict[str, list[tuple[str, ...]]] = {}
    for one in constructions():
        seen = ("" if share is None else f"{share} %" for share in (one.rating_pages, one.all_pages))
        groups.setdefault(one.group, []).append((f"`{one.code}`", one.what, *seen, str(len(one.cases)), one.but))
    for group, listed in groups.items():
        head = ("construction", "what it is", "of rating pages", "of all pages", "texts", "not read")
        parts += [f"## {group}\n", _table(head, listed)]
    return "\n".join(parts)


def lexicon_classes() -> str:
    """The classes a phrase of the lexicon may stand in."""
    rows = (
        (f"`{name}`", means, ", ".join(f"`{code}`" for code in sorted(codes)))
        for name, (means, codes) in CLASSES.items()
    )
    guide = "How to add a phrase: [the guide](../guide/lexicon.md).\n"
    return "\n".join([NOTE, "# Classes of the lexicon\n", guide, _table(("class", "means", "codes"), rows)])


def in_the_ui() -> str:
    """What a person meets in the Dagster UI, by its names there."""
    from kpi_pipeline.definitions import defs

    graph = defs.resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    checks = [graph.get_check_spec(key) for key in sorted(graph.asset_check_keys)]
    parts = [NOTE, "# What stands in the Dagster UI\n"]
    parts += ["## Assets\n", _table(
        ("asset", "group", "by day", "what it is"),
        sorted((f"`{node.key.to_user_string()}`", node.group_name, "yes" if node.partitions_def else "",
                node.description or "") for node in nodes),
    )]  # fmt: skip
    parts += ["## Checks\n", (
        "A check that blocks stops what comes after it, and nothing is published; a warning stops nothing. The\n"
        "failing rows stand in the metadata of the check, with what to do.\n"
        "[Why a check blocks](../decisions/0004-blocking-and-warning.md).\n"
    ), _table(
        ("asset", "check", "blocks", "what it protects"),
        ((f"`{check.asset_key.to_user_string()}`", f"`{check.name}`", "yes" if check.blocking else "",
          check.description or "") for check in checks),
    )]  # fmt: skip
    for title, things in (("Jobs", defs.jobs), ("Sensors", defs.sensors), ("Schedules", defs.schedules)):
        if things:
            listed = sorted((f"`{thing.name}`", thing.description or "") for thing in things)
            parts += [f"## {title}\n", _table(("name", "what it does"), listed)]
    return "\n".join(parts)


PAGES = {
    "in-the-ui.md": in_the_ui,
    "rules.md": rules,
    "tables.md": tables,
    "unread-numbers.md": unread,
    "readings.md": readings,
    "constructions.md": construction_list,
    "lexicon.md": lexicon_classes,
}


def main() -> int:
    stale = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, make()
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"docs/reference: {', '.join(stale)} not up to date: run `make docs`.", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
