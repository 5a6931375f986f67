"""What every verb shares: refusals as one sentence, days, the home. Verbs stand elsewhere."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import Any

import click

from kpi_pipeline.storage.home import Home
from kpi_pipeline.trouble import Trouble


class Verbs(click.Group):
    """The group of verbs; what a person can mend becomes one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as error:
            raise Refused(str(error)) from error
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


class Refused(click.ClickException):
    exit_code = 2


class Day(click.ParamType):  # type: ignore[type-arg]
    """An ISO day the product has a partition for."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from kpi_pipeline.storage.calendar import FIRST_DAY, today

        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day: write it as YYYY-MM-DD, like 2022-08-20.", param, ctx)
        if not FIRST_DAY <= day <= today():
            self.fail(
                f"{value} lies outside {FIRST_DAY} to {today()} (today in Vietnam): choose a day within.", param, ctx
            )
        return day


def open_home(create: bool = True) -> Home:
    home = Home.from_environment()
    if create:
        home.prepare()
    return home
