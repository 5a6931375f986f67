"""What of a failed check is new: days on which it fails for the first time, or in another way than when it last looked.

Belongs here: comparing an evaluation with those before it. Does not belong here: what is sent, and where (alerts).
"""

from collections.abc import Iterator, Mapping

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from kpi_pipeline.defs.looks import BY_DAY

_ENDED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
_PAGE = 50
_LOOKED_BACK = 1000
"""Evaluations of a check that are looked through; what failed before these counts as new."""


def news(instance: dg.DagsterInstance, run: dg.DagsterRun, check: dg.AssetCheckEvaluation) -> list[str] | None:
    """The days on which a failed check found something that it had not found there when it last looked, sorted.

    None where the check does not say which days it is about: then all of it is new.
    """
    pending = _marks(check)
    if not pending:
        return None
    new = set()
    for days, marks in _before(instance, run, check.asset_check_key):
        for day in [day for day in pending if day in marks or days is None or days[0] <= day <= days[1]]:
            if pending.pop(day) != marks.get(day):
                new.add(day)
        if not pending:
            break
    return sorted(new | pending.keys())


def _before(
    instance: dg.DagsterInstance, run: dg.DagsterRun, key: dg.AssetCheckKey
) -> Iterator[tuple[tuple[str, str] | None, Mapping[str, str]]]:
    """The evaluations of a check before those of a run, the last first: the days that were looked at (None for all),
    and the mark of each that failed."""
    cursor, reached = None, False
    for _ in range(_LOOKED_BACK // _PAGE):
        records = instance.event_log_storage.get_asset_check_execution_history(key, _PAGE, cursor, status=_ENDED)
        if not records:
            return
        found = instance.get_runs(dg.RunsFilter(run_ids=[record.run_id for record in records]))
        runs = {each.run_id: each for each in found}
        for record in records:
            if record.run_id == run.run_id:
                reached = True
            elif reached and record.evaluation and record.run_id in runs:
                yield days_of(runs[record.run_id]), _marks(record.evaluation)
        cursor = records[-1].id


def _marks(check: dg.AssetCheckEvaluation) -> dict[str, str]:
    told = check.metadata.get(BY_DAY)
    return dict(told.value) if told is not None and isinstance(told.value, dict) else {}


def days_of(run: dg.DagsterRun) -> tuple[str, str] | None:
    """The first and last day of a run; None for a run that is not cut by day."""
    first, last = (run.tags.get(f"dagster/asset_partition_range_{side}") for side in ("start", "end"))
    one = run.tags.get("dagster/partition")
    return (first, last) if first and last else (one, one) if one else None
