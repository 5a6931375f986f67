"""`python -m kpi_pipeline_tests.benchmarks`: runs the measurements and prints them; `--json FILE` keeps them too.

Belongs here: options and tables. Does not belong here: measuring.
"""

import argparse
import json
import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import trafilatura

from kpi_pipeline import __version__
from kpi_pipeline_tests.benchmarks import beside, days, growth, memory, skipping, sql, steps, throughput
from kpi_pipeline_tests.benchmarks.odd_lines import LINES, PAGES

PARTS = ("beside", "growth", "steps", "throughput", "skipping", "days", "memory", "sql")
_STEEP = 1.25


def main(arguments: list[str] | None = None) -> int:
    """Runs the chosen parts; 0 always, since a measurement does not pass or fail."""
    chosen = _options().parse_args(arguments)
    parts = chosen.only or PARTS
    record: dict[str, Any] = {
        "version": __version__, "python": platform.python_version(), "trafilatura": trafilatura.__version__,
    }  # fmt: skip
    print(f"Python {record['python']}, trafilatura {record['trafilatura']}")
    if "beside" in parts:
        record["beside"] = _beside(beside.measure(chosen.pages, chosen.rounds))
    if "steps" in parts:
        record["steps"] = _steps(steps.measure(chosen.pages))
    if "growth" in parts:
        record["growth"] = _growth(chosen.lines, chosen.budget)
    if "throughput" in parts:
        record["throughput"] = [
            _throughput(throughput.measure(number, share))
            for number in chosen.run or (1000,)
            for share in chosen.relevant or throughput.MIXES
        ]
    if "days" in parts:
        record["days"] = [_days(days.measure(number)) for number in chosen.days or (1000,)]
        record["beside_naive"] = _beside_naive(days.measure_beside_naive(chosen.naive_days))
    if "memory" in parts:
        record["memory"] = _memory([memory.measure(number) for number in chosen.held or (2_000, 100_000)])
    if "sql" in parts:
        record["sql"] = [_sql(sql.measure(number)) for number in chosen.facts or (1_000_000, 10_000_000)]
    if "skipping" in parts:
        sizes = chosen.run or (1000,)
        record["skipping"] = [_skipping(skipping.measure(mix, size)) for size in sizes for mix in skipping.MIXES]
    if chosen.json:
        chosen.json.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m kpi_pipeline_tests.benchmarks", description=__doc__)
    options.add_argument("--only", action="append", choices=PARTS, help="one part alone; may be given twice")
    options.add_argument("--pages", type=int, default=40, help="made-up pages a round (default 40)")
    options.add_argument("--rounds", type=int, default=5, help="rounds side by side (default 5)")
    options.add_argument("--budget", type=float, default=1.0, help="seconds a rung of growth may take (default 1)")
    options.add_argument("--lines", default="", help="only the odd texts whose name has this in it")
    options.add_argument(
        "--run",
        type=int,
        action="append",
        metavar="PAGES",
        help="pages of a whole run; may be given twice (default 1000)",
    )
    options.add_argument(
        "--relevant",
        type=float,
        action="append",
        metavar="SHARE",
        help="share of the pages of `throughput` that state results; may be given twice (default 1 and 0.05)",
    )
    options.add_argument(
        "--days", type=int, action="append", metavar="N", help="days of a backfill; may be given twice (default 1000)"
    )
    options.add_argument("--naive-days", type=int, default=30, help="days beside the naive design (default 30)")
    options.add_argument(
        "--held",
        type=int,
        action="append",
        metavar="PAGES",
        help="pages of a run whose memory is watched; may be given twice (default 2000 and 100000)",
    )
    options.add_argument(
        "--facts",
        type=int,
        action="append",
        metavar="N",
        help="made-up facts that the marts are built over; may be given twice (default 1 and 10 million)",
    )
    options.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    return options


def _line(cells: Iterable[str], widths: Iterable[int]) -> None:
    padded = (
        f"{cell:<{width}}" if width > 20 else f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)
    )
    print("  ".join(padded))


def _beside(found: list[beside.Beside]) -> list[dict[str, Any]]:
    widths = (22, 10, 10, 10, 12)
    for one in found:
        print(
            f"\nSide by side: {one.pages}, {one.number} a round, {one.rounds} rounds; "
            f"{one.html_kb:.1f} kB of markup, {one.text_kb:.1f} kB of text, {one.facts_per_page:.1f} facts a page"
        )
        _line(("call", "ms/page", "best", "ms/kB", "trafilatura"), widths)
        bare = one.timings[0].ms_per_page
        for timing in one.timings:
            figures = (timing.ms_per_page, timing.best_ms_per_page, timing.ms_per_kb, timing.ms_per_page / bare)
            _line((timing.call, *(f"{figure:.3f}" for figure in figures)), widths)
        print(
            f"extract / trafilatura: {one.ratio:.1%} (median of the rounds; best times {one.ratio_of_bests:.1%}, worst "
            f"{one.worst_round:.1%}); page by page in turn {one.page_by_page:.1%}"
        )
    return [one.as_record() for one in found]


def _steps(found: dict[str, float]) -> dict[str, float]:
    whole = sum(found.values())
    print("\nWhere extraction's time goes (made-up pages)")
    for label, seconds in found.items():
        print(f"{label:<22}{seconds / whole:>8.1%}  {'#' * round(60 * seconds / whole)}".rstrip())
    return {label: seconds / whole for label, seconds in found.items()}


def _throughput(found: throughput.Throughput) -> dict[str, Any]:
    print(
        f"\nA whole run: {found.pages} pages ({found.megabytes:.0f} MB) on {found.days} days, {found.relevant:.0%} of "
        f"them with results and none skipped, {found.workers} processes; the machine's load when it began: "
        f"{found.load:.1f}"
    )
    widths = (30, 8, 10, 13, 6)
    _line(("what", "seconds", "pages/s", "processor s", "share"), widths)
    whole = [(f"bare pool {when} the run", spent) for when, spent in zip(("before", "after"), found.bare, strict=True)]
    for label, spent in (*whole, ("landed pages to publication", found.run)):
        _line((label, f"{spent.wall:.1f}", f"{found.pages / spent.wall:.1f}", f"{spent.cpu:.1f}", ""), widths)
    for label, spent in found.parts.items():
        share = f"{spent.wall / found.run.wall:.0%}"
        _line((f"  {label}", f"{spent.wall:.1f}", "", f"{spent.cpu:.1f}", share), widths)
    _line(("  in worker processes", "", "", f"{found.workers_cpu:.1f}", ""), widths)
    print(f"run / bare pool: {found.ratio:.2f}")
    return found.as_record()


def _days(found: days.Days) -> dict[str, Any]:
    record = found.as_record()
    print(f"\nDays: {found.days} days by {found.assets} assets, {found.pages} pages on few of them")
    _spent(
        ("an empty graph of this shape", found.empty),
        ("a backfill in one run", found.first),
        ("the same backfill once more", found.second),
        ("kpi run up to the warehouse", found.run),
        ("kpi run with nothing due, whole", found.run_again),
    )
    print(f"backfill / empty graph: {record['ratio']:.2f}; kpi run / empty graph: {record['run_ratio']:.2f}")
    return record


def _beside_naive(found: days.BesideNaive) -> dict[str, Any]:
    record = found.as_record()
    print(f"\nBeside the naive design: {found.pages} pages on {found.days} days")
    _spent(
        ("pandas in DuckDB, a run a day", found.naive),
        ("a backfill in one run", found.ours),
        ("the same backfill once more", found.again),
        ("kpi run then, up to the warehouse", found.run_again),
    )
    print(
        f"backfill / naive: {record['ratio']:.2f}; once more / first: {record['again_ratio']:.3f}, "
        f"by kpi run {record['run_again_ratio']:.3f}"
    )
    return record


def _spent(*rows: tuple[str, days.Spent]) -> None:
    widths = (34, 9, 13, 13)
    _line(("what", "seconds", "processor s", "event log MB"), widths)
    for label, spent in rows:
        _line((label, f"{spent.wall:.1f}", f"{spent.cpu:.1f}", f"{spent.event_log_mb:.1f}"), widths)


def _memory(found: list[memory.Memory]) -> list[dict[str, Any]]:
    widths = (12, 8, 14, 18, 9)
    print("\nThe most memory a whole run holds, in MB")
    _line(("small pages", "days", "the process", "with its workers", "seconds"), widths)
    for one in found:
        figures = (f"{one.process:.0f}", f"{one.together:.0f}", f"{one.seconds:.0f}")
        _line((f"{one.pages:,}", f"{one.days:,}", *figures), widths)
    if len(found) > 1:
        print(f"{found[-1].pages:,} / {found[0].pages:,} pages: {found[-1].together / found[0].together:.2f} times")
    return [one.as_record() for one in found]


def _sql(found: sql.Sql) -> dict[str, Any]:
    print(f"\nThe marts over {found.facts:,} made-up facts of {found.pages:,} pages, within {sql.MEMORY} of memory")
    widths = (46, 12, 12)
    _line(("what", "rows", "processor s"), widths)
    _line(("by hand: the best page, side by side, sums", f"{found.rows:,}", f"{found.by_hand:.2f}"), widths)
    _line(("by hand: all of kpi_province_year_wide", f"{found.rows:,}", f"{found.same_by_hand:.2f}"), widths)
    _line(("the models that kpi_province_year_wide needs", f"{found.rows:,}", f"{found.needed:.2f}"), widths)
    _line(("all models", "", f"{found.models:.2f}"), widths)
    for model in sorted(found.each, key=lambda one: -one.seconds):
        _line((f"  {model.model}", f"{model.rows:,}", f"{model.seconds:.2f}"), widths)
    _line(("the contract of a million facts", "", f"{found.contract:.2f}"), widths)
    print(
        f"all models / least by hand: {found.ratio:.2f}; needed models / least by hand: "
        f"{found.needed / found.by_hand:.2f}; needed models / same result by hand: {found.ratio_same:.2f}; "
        f"the whole build took {found.wall:.1f} s of the wall"
    )
    return found.as_record()


def _skipping(found: skipping.Skipping) -> dict[str, Any]:
    print(
        f"\nSkipping: {found.pages} pages, one of {skipping.RELEVANT_EVERY} with results, the others {found.mix}; "
        f"{found.workers} processes; the machine's load when it began: {found.load:.1f}"
    )
    widths = (34, 8, 10, 13)
    _line(("what", "seconds", "pages/s", "processor s"), widths)
    bare = zip(("before", "after"), found.bare, strict=True)
    for label, spent in (
        *((f"bare pool {when}", spent) for when, spent in bare),
        ("run, skipping", found.skipping),
        ("  its cleaning and extraction", found.stages_skipping),
        ("run, reading all", found.reading_all),
        ("  its cleaning and extraction", found.stages_reading_all),
    ):
        _line((label, f"{spent.wall:.1f}", f"{found.pages / spent.wall:.1f}", f"{spent.cpu:.1f}"), widths)
    print(
        f"processor seconds of the workers: {found.workers_skipping:.1f} skipping, {found.workers_reading_all:.1f} "
        "reading all"
    )
    print(f"skipped: {found.skipped} of {found.pages}; {found.facts} facts, the same both ways: {found.same_facts}")
    print(
        f"bare pool / cleaning and extraction: {found.ratio_of_stages:.2f} in time, {found.ratio_of_work:.2f} in "
        f"processor seconds; bare pool / whole run: {found.ratio:.2f} in time"
    )
    bare, skipped = found.alone
    print(
        f"reading alone, in one process: bare {bare:.2f}, with skipping {skipped:.2f} processor seconds, "
        f"{found.ratio_alone:.2f} times as fast"
    )
    return found.as_record()


def _growth(part_of_name: str, budget: float) -> list[dict[str, Any]]:
    names = [name for name in (*LINES, *PAGES) if part_of_name in name]
    widths = (30, 8, *(9 for _ in growth.SIZES))
    print(f"\nGrowth: milliseconds per 1,000 characters of one text; '-': the rung would take over {budget:g} s")
    _line(("text", "exponent", *(f"{size // 1000} k" for size in growth.SIZES)), widths)
    found = []
    for name in names:
        one = growth.measure(name, budget=budget)
        by_size = dict(zip(one.sizes, one.per_kb, strict=True))
        cells = (f"{by_size[size]:.3f}" if size in by_size else "-" for size in growth.SIZES)
        _line((name, "-" if one.exponent is None else f"{one.exponent:.2f}", *cells), widths)
        if one.error:
            print(f"  broke off: {one.error}")
        sys.stdout.flush()
        found.append(one)
    steep = [one for one in found if one.exponent is not None and one.exponent > _STEEP]
    told = ", ".join(one.name for one in steep) or "none"
    print(f"{len(found)} texts; worse than linear (exponent above {_STEEP}): {told}")
    return [one.as_record() for one in found]


if __name__ == "__main__":
    sys.exit(main())
