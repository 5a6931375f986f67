"""Our own error rate as an asset: measured on the gold sets, plotted in the UI, its floor stops the warehouse.

Thin: accuracy/ reads the gold sets, compares and holds the floors. Unpartitioned; measured anew only when code,
lexicons, libraries or gold sets have changed.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from kpi_pipeline.accuracy import (
    ALL,
    REGISTRY,
    GoldSet,
    described,
    measure,
    read_floors,
    registered,
    shortfalls,
    with_floors,
)
from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import failures
from kpi_pipeline.defs.columns import column_schema
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.showing import preview
from kpi_pipeline.defs.stages import CLEANED, EXTRACTED, Stage
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.reference.codes import GRADES
from kpi_pipeline.storage.lake import WHOLE

ERROR_RATE = dg.AssetKey("error_rate")
TABLE = "error_rate"
CONTRACT = "contract"
FLOOR = "floor"
SHOWN = 50
"""Differences a failed check lists; the counts are always those of all."""

MEASURED = Stage(
    TABLE,
    (TABLE,),
    (TABLE,),
    ("accuracy", "cleaning", "contracts/fields.py", "contracts/quality.py", "defs/accuracy.py", "extraction", "landing",
     "reference"),
    tuple(sorted({*CLEANED.libraries, *EXTRACTED.libraries})),
)  # fmt: skip
"""What decides a measurement, the gold sets aside."""

REMEDY = (
    "The extractor reads its gold sets worse than it must, so no warehouse is built and the last release stays: "
    "`kpi score --show` lists what is missed and invented. Mend the code or the lexicon that changed last, or lower "
    "the floor in accuracy/gold/floors.csv and say there why."
)

Row = dict[str, Any]


def error_rate(registry: Path = REGISTRY) -> dg.AssetsDefinition:
    """The asset that measures the gold sets of a registry and holds them to its floors."""

    @dg.asset(
        key=ERROR_RATE,
        group_name="quality",
        description="Precision and recall of the extractor per gold set, indicator and grade, with 95 % intervals. "
        "Sets it was shaped on (`tuned`) tell of regression, not of unseen pages.",
        code_version=MEASURED.code_version,
        kinds={"python", "parquet"},
        metadata=column_schema(TABLE),
        check_specs=[
            dg.AssetCheckSpec(
                CONTRACT, asset=ERROR_RATE, blocking=True, description=f"Every row keeps the contract of {TABLE}."
            ),
            dg.AssetCheckSpec(
                FLOOR,
                asset=ERROR_RATE,
                blocking=True,
                description="No precision and no recall on a gold set lies under its floor.",
            ),
        ],
    )
    def measured(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
        began = time.perf_counter()
        home.home.prepare()
        lake = home.lake
        sets = registered(registry)
        floors = read_floors(registry)
        made_from = MEASURED.expected(repr([*((gold.name, gold.tuned, gold.digest) for gold in sets), *floors]))
        if lake.fingerprint(TABLE, WHOLE) == made_from:
            context.log.info("Nothing that decides the error rate has changed: it stands as measured.")
        else:
            found = workers_of(Limits.from_environment()).each(measure, sets)
            rates = [rate for measurement in found for rate in measurement.rates]
            lake.write(TABLE, WHOLE, with_floors(rates, floors), made_from)
        rows = lake.rows(TABLE, WHOLE)
        cost = {
            "seconds": round(time.perf_counter() - began, 3),
            "kilobytes": round(lake.path(TABLE, WHOLE).stat().st_size / 1024, 1),
        }
        return dg.MaterializeResult(
            metadata={"preview": preview(rows), **cost, **_figures(rows)},
            check_results=[_contract(lake.frame(TABLE, WHOLE)), _floor(rows, sets)],
        )

    return measured


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    """What the UI plots over time: the strictest grade by set and indicator, every grade of all indicators together."""
    plotted = {
        f"{row['gold_set']}/{row['indicator']}/{row['grade']}/{measure}": float(row[measure])
        for row in rows
        for measure in ("precision", "recall")
        if row[measure] is not None and (row["grade"] == GRADES[-1] or row["indicator"] == ALL)
    }
    counts = {
        f"{row['gold_set']}/gold_facts": int(row["n_gold"])
        for row in rows
        if row["grade"] == GRADES[-1] and row["indicator"] == ALL
    }
    return {"dagster/row_count": len(rows), **counts, **plotted}


def _contract(frame: pd.DataFrame) -> dg.AssetCheckResult:
    found = failures(LAKE_CONTRACTS[TABLE], frame.astype(dict.fromkeys(frame.select_dtypes("int64"), "Int64")))
    return _result(
        CONTRACT,
        [f"{failure.column}: {failure.check} ({failure.value})" for failure in found],
        [{"column": f.column, "rule": f.check, "value": f.value, "row": f.index or 0} for f in found],
        "The code that wrote these rows is at fault: report it, with this list.",
    )


def _floor(rows: Sequence[Row], sets: Sequence[GoldSet]) -> dg.AssetCheckResult:
    short = shortfalls(rows)
    read = {gold.name: measure(gold) for gold in sets if gold.name in {found.gold_set for found in short}}
    differences = []
    for found in short:
        compared = read[found.gold_set].match(found.indicator, found.grade)
        differences += [
            {"gold_set": found.gold_set, "text": text, "what": what, "fact": described(item)}
            for what, items in (
                ("missed", compared.missed if found.measure == "recall" else ()),
                ("invented", compared.invented if found.measure == "precision" else ()),
            )
            for text, item in items
        ]
    return _result(FLOOR, [str(found) for found in short], differences, REMEDY)


def _result(name: str, said: Sequence[str], rows: Sequence[Row], remedy: str) -> dg.AssetCheckResult:
    records = [dg.TableRecord(row) for row in rows[:SHOWN]]
    return dg.AssetCheckResult(
        asset_key=ERROR_RATE,
        check_name=name,
        passed=not said,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{'; '.join(said[:5])}{'; ...' if said[5:] else ''}. {remedy}" if said else None,
        metadata={"findings": len(said), **({"failing_rows": dg.MetadataValue.table(records)} if records else {})},
    )
