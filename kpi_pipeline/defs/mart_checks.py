"""The checks of the marts, evaluated with the build of the warehouse: what each must hold, and what is held back.

Thin: storage/ looks at contracts and runs the SQL tests, held_back.py tells of the quarantine. Where a blocking check
fails the last warehouse stays.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.days.look import Finding
from kpi_pipeline.defs.held_back import WARNINGS, held_back
from kpi_pipeline.defs.looks import listing
from kpi_pipeline.storage.mart_contract import broken
from kpi_pipeline.storage.sql_models import ModelError
from kpi_pipeline.storage.sql_tests import SqlTest, broken_rows
from kpi_pipeline.storage.warehouse import reading

_CONTRACT = "contract"


def mart_check_specs(marts: Sequence[str], tests: Sequence[SqlTest]) -> list[dg.AssetCheckSpec]:
    """The checks of the named marts. Raises `ModelError` for a mart without a contract."""
    if missing := sorted(set(marts) - set(MART_CONTRACTS)):
        raise ModelError(
            f"The mart {missing[0]} has no contract: write one, and name it in MART_CONTRACTS of "
            "kpi_pipeline/contracts/kpi.py (docs/guide/extending.md shows how)."
        )
    contracts = [
        dg.AssetCheckSpec(
            _CONTRACT, asset=dg.AssetKey([mart]), blocking=True, description=f"Every row keeps the contract of {mart}."
        )
        for mart in marts
    ]
    held = [
        dg.AssetCheckSpec(test.name, asset=dg.AssetKey([test.table]), blocking=True, description=test.rule)
        for test in tests
    ]
    return [*contracts, *held, *(warning.spec for warning in WARNINGS if warning.mart in marts)]


def mart_checks(
    candidate: Path, published: Path, marts: Sequence[str], tests: Sequence[SqlTest]
) -> Iterator[dg.AssetCheckResult]:
    """The results of the checks on a warehouse that was built; `published` is the last release."""
    with reading(candidate) as built:
        for mart in marts:
            found = broken(built, mart, MART_CONTRACTS[mart])
            rows = [{"column": f.column, "rule": f.check, "value": f.value, "row": f.index or 0} for f in found]
            yield _result(mart, _CONTRACT, rows)
        for test in tests:
            yield _result(test.table, test.name, broken_rows(built, test))
        yield from held_back(built, published, marts)


def _result(mart: str, name: str, findings: Sequence[Finding]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey([mart]),
        check_name=name,
        passed=not findings,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{len(findings)} rows. A model is at fault: report it, with this list." if findings else None,
        metadata=listing(findings),
    )
