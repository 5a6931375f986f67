"""How a page stage goes through the days of a run: which are due, what they are made from, what is written.

The stages themselves stand in pages.py and facts.py; here is what is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib.metadata import version
from itertools import pairwise

import dagster as dg

from kpi_pipeline.cleaning.document import STATUS_FAILED
from kpi_pipeline.defs.corrections import DayCorrections
from kpi_pipeline.defs.day_figures import DayFigures, last_rows
from kpi_pipeline.landing import LandingStore
from kpi_pipeline.reading.skipping import skips_pages
from kpi_pipeline.storage.fingerprint import fingerprint, pages_fingerprint, room_version
from kpi_pipeline.storage.lake import Lake

Rows = Sequence[Mapping[str, object]]
DayTables = tuple[str, Mapping[str, Rows | bytes]]
"""A day and its rows by table, or their file made already."""


@dataclass(frozen=True)
class Stage:
    """A page stage: the lake tables it writes, the assets they belong to, and what decides what it writes.

    `rooms` are rooms and files of the package, `libraries` installed packages: a change in any of them makes days due.
    A lexicon is no part of what cleaning depends on, so that a new phrase does not parse every page again.
    """

    name: str
    tables: tuple[str, ...]
    assets: tuple[str, ...]
    rooms: tuple[str, ...]
    libraries: tuple[str, ...] = ()

    @cached_property
    def code_version(self) -> str:
        return fingerprint(room_version(*self.rooms), *(f"{name} {version(name)}" for name in self.libraries))[:12]

    def expected(self, upstream: str, corrections: str = "") -> str:
        """The fingerprint of a day made from `upstream`; a day without pages has none, unless it has corrections."""
        made_from = [upstream, self.code_version, *filter(None, [corrections])]
        return fingerprint(self.name, *made_from) if upstream or corrections else ""


_PROVINCES = ("reference/provinces.py", "reference/folding.py", "reference/tables.py", "reference/data")

_LANDED = ("contracts/fields.py", "contracts/pages.py", "defs/pages.py", "reading/landed.py")

RAW = Stage("raw_pages", ("raw_pages",), ("raw_pages",), _LANDED)
CLEANED = Stage(
    "cleaned_text",
    ("cleaned_text",),
    ("cleaned_text",),
    ("cleaning", "contracts/fields.py", "contracts/pages.py", "reading/cleaned.py", *_PROVINCES),
    ("trafilatura", "justext", "lxml", "charset-normalizer"),
)
EXTRACTED = Stage(
    "extracted_facts",
    ("extracted_facts", "unread_numbers"),
    ("extracted_facts",),
    ("extraction", "reference", "contracts/fields.py", "contracts/facts.py", "reading/extracted.py"),
    ("ahocorasick-rs",),
)
VALIDATED = Stage(
    "validated_facts",
    ("validated_facts", "quarantined_facts", "merged_facts", "rating_groups", "applied_corrections"),
    ("validated_facts", "quarantined_facts"),
    (
        "validation", "contracts/fields.py", "contracts/facts.py", "contracts/corrections.py",
        "days/judged.py", "defs/corrections.py",
        "reference/codes.py", "extraction/fact.py", "extraction/record.py", *_PROVINCES,
    ),
)  # fmt: skip
SKIPPING = replace(
    CLEANED,
    rooms=(*CLEANED.rooms, "extraction", "reference", "reading/skipping.py"),
    libraries=(*CLEANED.libraries, "ahocorasick-rs"),
)
"""Cleaning where pages that can state nothing are skipped: which they are hangs on the lexicon and what reads it."""


def cleaning() -> Stage:
    """Cleaning as the settings have it now."""
    return SKIPPING if skips_pages() else CLEANED


def stages() -> tuple[Stage, ...]:
    """The page stages in their order."""
    return (RAW, cleaning(), EXTRACTED, VALIDATED)


def landed_fingerprint(landing: LandingStore, day: str) -> str:
    """What the pages of a day are, as the landing knows them now."""
    return RAW.expected(
        pages_fingerprint(
            (
                page.page_id,
                page.page_version,
                page.url,
                page.day_source,
                page.captured_on,
                page.source_province,
                page.source_file,
                page.media_type,
                landing.intact(page),
            )
            for page in landing.pages(day)
        )
    )


def stands(lake: Lake, stage: Stage, day: str, expected: str) -> bool:
    """Whether everything the stage writes for a day is there and made from what is there now."""
    return all(_made(lake, table, day) == expected for table in stage.tables)


def _made(lake: Lake, table: str, day: str) -> str | None:
    """What made the file of a day: nothing for a day that needs none, None for a file that is damaged."""
    found = lake.fingerprint(table, day)
    return "" if found is None and not lake.path(table, day).exists() else found


def due_days(landing: LandingStore, lake: Lake, corrections: DayCorrections) -> list[str]:
    """The days with something to do: late, new or withdrawn pages, changed code, lexicons or corrections, checks not
    passed."""
    unchecked = lake.open_days()
    days = sorted({*landing.days(), *_written(lake), *corrections.days, *unchecked})
    return [
        day for day in days if day in unchecked or not _up_to_date(landing, lake, day, corrections.fingerprint(day))
    ]


def unapplied_days(landing: LandingStore, lake: Lake, corrections: DayCorrections) -> list[str]:
    """The days whose facts do not stand on what the corrections say of them now."""
    return [day for day in corrections.days if not _up_to_date(landing, lake, day, corrections.fingerprint(day))]


def ask_again(lake: Lake, first: str, last: str) -> None:
    """Make the days from `first` to `last` due that have a page which a limit or a crash kept from being read."""
    for table, column, lost in (
        ("cleaned_text", "status", STATUS_FAILED),
        ("unread_numbers", "reason", "extraction_failed"),
    ):
        for day in lake.days(table):
            if not first <= day <= last or lake.fingerprint(table, day) is None:
                continue  # a damaged file makes its day due anyway
            if any(row[column] == lost for row in lake.rows(table, day, [column])):
                for asset in (*CLEANED.assets, *EXTRACTED.assets, *VALIDATED.assets):
                    lake.mark_failed(asset, day)


def late_days(landing: LandingStore, lake: Lake, corrections: DayCorrections) -> list[str]:
    """The days of the lake whose facts are not what the pages, corrections and code of now make, be there any yet."""
    return [
        day
        for day in _written(lake)
        if not stands(lake, VALIDATED, day, _expected(landing, day, corrections.fingerprint(day))[VALIDATED])
    ]


def files_by_day(lake: Lake) -> dict[str, tuple[object, ...]]:
    """The files of each day of the lake as they stand, to see which days change while others read them."""
    tables = [table for stage in stages() for table in stage.tables]
    return {day: tuple(lake.standing(table, day) for table in tables) for day in _written(lake)}


def _written(lake: Lake) -> list[str]:
    return sorted({day for stage in stages() for table in stage.tables for day in lake.days(table)})


def run_stage(
    context: dg.AssetExecutionContext,
    lake: Lake,
    stage: Stage,
    expected: Callable[[str], str],
    make: Callable[[Iterable[str]], Iterable[DayTables]],
    tell: Callable[[str], Mapping[dg.AssetKey, Mapping[str, object]]],
) -> None:
    """Bring the days of the run up to date; a day whose fingerprint stands is left alone.

    `make` is given the days to be made and gives them back in their order, each with its rows by table; it may take
    some days ahead, and each is written as it comes. `tell` is what the UI shows of a day by asset.
    """
    made_from: dict[str, str] = {}
    figures = DayFigures(lake)

    def show(day: str) -> None:
        told = tell(day)
        for key, more in figures.of(day, [*told]).items():
            context.add_asset_metadata(metadata={**told[key], **more}, asset_key=key, partition_key=day)

    def write(day: str, tables: Mapping[str, Rows | bytes]) -> None:
        list(writers.map(partial(write_table, day), *zip(*tables.items(), strict=True)))

    def write_table(day: str, table: str, rows: Rows | bytes) -> None:
        if isinstance(rows, bytes):
            lake.put(table, day, rows)
        else:
            lake.write(table, day, rows, made_from[day])

    def to_be_made() -> Iterator[str]:
        for day in context.partition_keys:
            wanted = expected(day)
            failed = any(lake.has_failed(asset, day) for asset in stage.assets)
            if not stands(lake, stage, day, wanted) or failed:
                made_from[day] = wanted
                for asset in stage.assets:
                    lake.mark_open(asset, day)
                if wanted:
                    yield day
                else:
                    for table in stage.tables:
                        write_table(day, table, ())
            elif wanted:
                show(day)

    with ThreadPoolExecutor(len(stage.tables)) as writers:  # each file waits for the disk
        for day, tables in make(to_be_made()):
            write(day, tables)
            show(day)
    for asset in stage.assets:
        if seen := last_rows(lake, asset, context.partition_keys):
            context.add_asset_metadata({"preview": seen[1]}, asset_key=dg.AssetKey(asset), partition_key=seen[0])
    kept = len(context.partition_keys) - len(made_from)
    context.log.info(f"{len(context.partition_keys)} days, {kept} of them as they were.")


def _up_to_date(landing: LandingStore, lake: Lake, day: str, corrections: str) -> bool:
    return all(stands(lake, stage, day, made) for stage, made in _expected(landing, day, corrections).items())


def _expected(landing: LandingStore, day: str, corrections: str) -> dict[Stage, str]:
    """The fingerprint of each stage of a day that is up to date."""
    made = {RAW: landed_fingerprint(landing, day)}
    for before, stage in pairwise(stages()):
        made[stage] = stage.expected(made[before], corrections if stage is VALIDATED else "")
    return made
