"""`kpi publish`: the published release in a place where a team reads it."""

from __future__ import annotations

import click

from kpi_pipeline.cli.call import Refused, open_home

VARIABLE = "KPI_POSTGRESQL"


@click.command()
@click.option(
    "--to",
    "address",
    envvar=VARIABLE,
    help="The database: postgresql://user@host/database. Without it, the variable KPI_POSTGRESQL says where; a "
    "password is best given by PGPASSWORD or ~/.pgpass.",
)
@click.option("--schema", default="marts", show_default=True, help="The schema that the tables stand in.")
def publish(address: str | None, schema: str) -> None:
    """Load the published tables into a PostgreSQL database; readers see the old ones or the new, never a mixture."""
    home = open_home(create=False)
    if not address:
        raise Refused(f"Name the database: --to postgresql://user@host/database, or set {VARIABLE}.")
    if not home.published.is_symlink():
        raise Refused(f"Nothing is published in {home.root} yet: `kpi run`, then `kpi publish`.")
    from kpi_pipeline.publication.postgresql import load_release

    report = load_release(home.published, address, schema)
    if not report.changed:
        click.echo(f"{report.release} is in the schema {report.schema} of {report.place} already: nothing to do")
        return
    click.echo(
        f"{report.release} is in the schema {report.schema} of {report.place}: {len(report.rows)} tables, "
        f"{sum(report.rows.values())} rows"
    )
    if report.altered:
        click.echo(f"made or altered: {', '.join(report.altered)} (who may read them is the administrator's affair)")
