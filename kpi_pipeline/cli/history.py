"""`kpi history`: the publications so far, and the versions of a row."""

from __future__ import annotations

import click

from kpi_pipeline.cli.call import Refused, open_home
from kpi_pipeline.cli.printing import print_table


@click.command()
@click.argument("kpi_id", required=False)
def history(kpi_id: str | None) -> None:
    """List the publications; with a KPI_ID, or the beginning of one, all that was ever published of its rows."""
    home = open_home(create=False)
    if kpi_id is None:
        from kpi_pipeline.publication.changes import totals
        from kpi_pipeline.publication.ledger import ledger_of

        entries = ledger_of(home.releases)
        if not entries:
            raise Refused("Nothing is published yet: land pages (`kpi land PATH`), then `kpi run`.")
        columns = ("number", "day", "release", "added", "changed", "gone", "accepted_loss")
        print_table([{**dict.fromkeys(columns), **entry, **totals(entry)} for entry in entries], columns)
        return
    from kpi_pipeline.storage.reading import versions_of

    versions = versions_of(home.published, kpi_id)
    if not versions:
        raise Refused(
            f"No row that was ever published has an id that starts with {kpi_id!r}: `kpi trace VN` lists rows."
        )
    shown = ["kpi_id", "obs_value", "known_from", "known_to", "cause", "end_cause", "publication"]
    if any(version["end_reason"] for version in versions):
        shown.append("end_reason")
    print_table(versions, shown)
