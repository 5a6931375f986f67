"""Alerts: sensors that tell people of failed runs and of checks that found something.

Belongs here: what is told, of which runs, and where it is sent. Does not belong here: what a check looks at (checks).
Nothing is sent unless KPI_ALERTS names addresses in the notation of the library Apprise.
"""

import os
from collections.abc import Iterator, Sequence

import apprise
import dagster as dg

from kpi_pipeline.defs.held_back import WARNINGS
from kpi_pipeline.defs.news import days_of, news

SETTING = "KPI_ALERTS"
UI_SETTING = "KPI_UI_ADDRESS"
"""Where people open the UI; `kpi ui` sets it to its own address."""

TOLD = 10
"""Steps and checks that one message names; the rest is counted."""

_TOLD_WITH_THEIR_DAYS = {held.spec.key for held in WARNINGS}
"""Checks that list what those of the page stages found before, and told."""

NAMED = 5
"""Days that a line names; the rest is counted."""


def alerts() -> tuple[dg.SensorDefinition, ...]:
    """The sensors; they run from the start where KPI_ALERTS is set, and can be switched in the UI."""
    on = dg.DefaultSensorStatus.RUNNING if os.environ.get(SETTING, "").strip() else dg.DefaultSensorStatus.STOPPED

    @dg.run_failure_sensor(
        name="tell_of_failed_runs",
        description=f"Sends a message for each run that failed, to the addresses of {SETTING}.",
        monitor_all_code_locations=True,
        default_status=on,
    )
    def tell_of_failed_runs(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        steps = [f"step {event.step_key} failed" for event in context.get_step_failure_events()]
        send(f"Run of {run.job_name} failed", [_days(run), *_failed_checks(context.instance, run), *steps], run)

    @dg.run_status_sensor(
        name="tell_of_failed_checks",
        description="Sends a message for each run that ended well but whose checks found something that they had not "
        f"found before, to {SETTING}.",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitor_all_code_locations=True,
        default_status=on,
    )
    def tell_of_failed_checks(context: dg.RunStatusSensorContext) -> None:
        found = list(_failed_checks(context.instance, context.dagster_run, only_news=True))
        if found:
            days = _days(context.dagster_run)
            send(
                f"Checks in a run of {context.dagster_run.job_name} found something",
                [days, *found],
                context.dagster_run,
            )

    return (tell_of_failed_runs, tell_of_failed_checks)


def send(title: str, lines: Sequence[str], run: dg.DagsterRun) -> None:
    """Send one message about a run to all addresses.

    Raises `dagster.Failure` where an address is not understood or did not take the message, without showing it: an
    address may hold a secret. The tick of the sensor then is red in the UI.
    """
    addresses = os.environ.get(SETTING, "").split()
    told = [line for line in lines if line]
    more = [f"and {len(told) - TOLD} more"] if len(told) > TOLD else []
    link = [f"{address.rstrip('/')}/runs/{run.run_id}"] if (address := os.environ.get(UI_SETTING, "")) else []
    body = "\n".join([*told[:TOLD], *more, *link, f"run {run.run_id}"])
    for number, address in enumerate(addresses, 1):
        receiver = apprise.Apprise()
        kind = address.partition(":")[0]
        if not receiver.add(address):
            raise dg.Failure(
                f"Address {number} of {SETTING} ({kind}:…) is not one that Apprise understands: mend it, then start "
                "the UI again."
            )
        if not receiver.notify(title=title, body=body):
            raise dg.Failure(
                f"The message could not be sent to address {number} of {SETTING} ({kind}:…): see whether it is "
                "right and reachable."
            )


def _failed_checks(instance: dg.DagsterInstance, run: dg.DagsterRun, only_news: bool = False) -> Iterator[str]:
    """What the checks of a run found, a line each, first those that block; `only_news` leaves out what each of them had
    found on the same days when it last looked there."""
    records = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    found = []
    for record in records:
        event = record.event_log_entry.dagster_event
        if event is None or (check := event.asset_check_evaluation_data).passed:
            continue
        days = news(instance, run, check) if only_news else None
        if days == [] or check.asset_check_key in _TOLD_WITH_THEIR_DAYS:
            continue
        name = f"{check.asset_key.to_user_string()}.{check.check_name}"
        what = "blocks" if check.blocking else "warns"
        when = f" ({_new(days)})" if days else ""
        told = check.description or "see its listing in the UI"
        found.append((not check.blocking, f"check {name} {what}{when}: {told}"))
    yield from (line for _, line in sorted(found))


def _new(days: Sequence[str]) -> str:
    more = f" and {len(days) - NAMED} more days" if len(days) > NAMED else ""
    return f"new on {', '.join(days[-NAMED:])}{more}"


def _days(run: dg.DagsterRun) -> str:
    if (days := days_of(run)) is None:
        return ""
    first, last = days
    return f"day {first}" if "dagster/partition" in run.tags else f"days {first} to {last}"
