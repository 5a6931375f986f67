"""When assets ask to be made without a schedule or a person: by choice, and never by default.

Belongs here: the conditions, and the setting that puts them on all assets. Does not belong here: the sensor for days
that landed late (sensors), which needs no setting.
"""

import os

import dagster as dg

from kpi_pipeline.trouble import Trouble

SETTING = "KPI_AUTOMATION"
"""`on` puts the conditions on all assets; empty or `off` on none."""

_STALE = (
    dg.AutomationCondition.code_version_changed() | dg.AutomationCondition.any_deps_updated()  # type: ignore[misc]
).since_last_handled() & ~dg.AutomationCondition.missing()

STALE_DAYS = _STALE & ~dg.AutomationCondition.any_deps_in_progress() & ~dg.AutomationCondition.in_progress()
"""A day that was made before, once the code that makes it is another, or what it is made from was made anew."""

NEW_BELOW = (
    dg.AutomationCondition.any_deps_updated().since_last_handled()
    & ~dg.AutomationCondition.any_deps_match(_STALE)
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
)
"""A table or the publication, once what it is made from was made anew and no day of it is stale; days that were never
run are no obstacle."""


class AutomationError(Trouble):
    """The setting says neither on nor off."""


def automated(definitions: dg.Definitions) -> dg.Definitions:
    """The definitions with their conditions where the setting is on; as they are where it is off.

    Raises `AutomationError` for any other value.
    """
    chosen = os.environ.get(SETTING, "").strip().lower()
    if chosen in ("", "off"):
        return definitions
    if chosen != "on":
        raise AutomationError(f"{SETTING} is {chosen!r}: write on or off, or unset it.")
    return definitions.map_asset_specs(func=_with_condition)


def _with_condition(spec: dg.AssetSpec) -> dg.AssetSpec:
    condition = NEW_BELOW if spec.partitions_def is None else STALE_DAYS
    return spec.replace_attributes(automation_condition=condition)
