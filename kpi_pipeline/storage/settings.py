"""A setting that is a number: read from the environment, refused with a sentence when it cannot be meant.

What a setting is for is said where it is used.
"""

from __future__ import annotations

import os

from kpi_pipeline.trouble import Trouble


class SettingError(Trouble):
    """A setting that cannot be meant; the message says which and what it may be."""


def number_set(name: str, default: float, least: float) -> float:
    """The number that the environment gives under a name, the default where it gives none.

    Raises `SettingError` for what is no number, or is below the least.
    """
    written = os.environ.get(name, "").strip()
    try:
        value = float(written) if written else default
    except ValueError:
        value = -1.0
    if not least <= value < float("inf"):
        raise SettingError(f"{name} is {written!r}: set it to a number from {least:g} up, or leave it out.")
    return value
