"""The sensor that backfills what landed late; off until a person switches it on in the UI.

Belongs here: which days are asked for, in what runs, and what is waited for. Does not belong here: what makes a day due
(stages) and telling people (alerts).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import dagster as dg

from kpi_pipeline.defs.corrections import corrections_of
from kpi_pipeline.defs.jobs import backfill, publish
from kpi_pipeline.defs.partitions import range_tags, stretches
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.stages import due_days, landed_fingerprint, stages
from kpi_pipeline.storage.calendar import today
from kpi_pipeline.storage.fingerprint import fingerprint
from kpi_pipeline.trouble import Trouble

NAMED = 5
"""Days that a reason names; the rest is counted."""


@dataclass(frozen=True)
class Memory:
    """What the sensor keeps from one look to the next, as its cursor; days with what they would be made from.

    `seen` are due days that may still be landing, `asked` those that were asked for and are not done, `published`
    whether all that was asked for is published. Nothing else keeps a request from being made twice: run keys, which
    Dagster starts once for ever, would leave a day waiting after the cursor was reset.
    """

    seen: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    published: bool = True

    @classmethod
    def of(cls, cursor: str | None) -> "Memory":
        """What a cursor says; nothing for none, and for one of another make."""
        try:
            return cls(**json.loads(cursor or "{}"))
        except (TypeError, ValueError):
            return cls()

    def cursor(self) -> str:
        """The text Dagster keeps."""
        return json.dumps(asdict(self), sort_keys=True)


@dg.sensor(
    jobs=[backfill, publish],
    minimum_interval_seconds=120,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Asks for the days before today that have something to do: pages that landed late, new versions, "
    "withdrawals, corrections, changed code or lexicons. Each day is asked for once, neighbouring days as one run; "
    "when all are done, for one publication. A day is asked for when two looks in a row saw the same pages in it.",
)
def late_days(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult:
    before = Memory.of(context.cursor)
    try:
        due, at_work = _due(home)
    except Trouble as error:
        return dg.SensorResult(skip_reason=str(error), cursor=before.cursor())
    asked = {day: made_from for day, made_from in before.asked.items() if day in due or day in at_work}
    new = {day: made_from for day, made_from in due.items() if asked.get(day) != made_from}
    ripe = {day: made_from for day, made_from in new.items() if before.seen.get(day) == made_from}
    now = Memory(new, {**asked, **ripe}, before.published and not ripe)
    if ripe:
        return dg.SensorResult([_backfill(part) for part in stretches(sorted(ripe))], cursor=now.cursor())
    if not due and not at_work and not now.published:
        return dg.SensorResult([dg.RunRequest(job_name=publish.name)], cursor=Memory().cursor())
    return dg.SensorResult(skip_reason=_waiting(new, asked, at_work), cursor=now.cursor())


def _due(home: HomeResource) -> tuple[dict[str, str], list[str]]:
    """The due days before today with what they would be made from, and the days another process is at work on."""
    landing, lake = home.landing, home.lake
    corrections = corrections_of(home.home, landing)
    at_work = [day for day, busy in lake.open_days().items() if busy]
    code = [stage.code_version for stage in stages()]
    return {
        day: fingerprint(landed_fingerprint(landing, day), corrections.fingerprint(day), *code)[:12]
        for day in due_days(landing, lake, corrections)
        if day < today().isoformat() and day not in at_work
    }, at_work


def _backfill(part: Sequence[str]) -> dg.RunRequest:
    return dg.RunRequest(job_name=backfill.name, tags=range_tags(part[0], part[-1]))


def _waiting(new: Mapping[str, str], asked: Mapping[str, str], at_work: Sequence[str]) -> str:
    if new:
        return f"{_named(new)} due: asked for at the next look, unless more pages land in them until then."
    if at_work:
        return f"Waits for the runs at work on {_named(at_work)}."
    if asked:
        return (
            f"Waits for {_named(asked)}, asked for before. If its run failed, see why and start `backfill` for it; it "
            "is asked for again by itself once its pages, the code or corrections.csv change."
        )
    return "Every day before today is as its pages make it."


def _named(days: Mapping[str, str] | Sequence[str]) -> str:
    listed = sorted(days)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return f"{'the day' if len(listed) == 1 else f'{len(listed)} days'} {', '.join(listed[:NAMED])}{more}"


SENSORS = (late_days,)
