"""Pages that hang, end their process or eat memory, and what reads them: imported by the workers of a test.

A page of these tests is a mapping with a `name` and what to `do`; the readers of real rows go by the bytes.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path

from kpi_pipeline.reading.cleaned import cleaned_row
from kpi_pipeline.reading.extracted import PageFacts, extracted_rows
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import workers_of

Page = Mapping[str, object]

_kept: list[bytes] = []


def pages(number: int, **odd: str) -> list[dict[str, str]]:
    """`number` pages named by their place; `p7="hang"` makes the eighth an odd one."""
    return [{"name": f"p{place}", "do": odd.get(f"p{place}", "")} for place in range(number)]


def act(page: Page) -> str:
    """The page's name, after what it does."""
    match str(page["do"]).split(":"):
        case ["hang"]:
            re.match(r"(a+)+$", "a" * 60 + "b")  # for years, and deaf to every signal that Python handles
        case ["crash"]:
            os._exit(3)
        case ["crash-once", folder]:
            Path(folder, "seen").exists() or (Path(folder, "seen").touch(), os._exit(3))
        case ["eat", megabytes]:
            bytearray(int(megabytes) * 2**20)
        case ["keep", megabytes]:
            _kept.append(b"x" * (int(megabytes) * 2**20))
        case ["fail"]:
            raise ValueError(f"no reader knows {page['name']}")
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case ["tell", folder]:
            (Path(folder) / str(os.getpid())).touch()
    return str(page["name"])


def act_and_sign(page: Page) -> tuple[str, int]:
    """The page's name and the process that read it."""
    return act(page), os.getpid()


def act_in(page: Page) -> tuple[str, int]:
    """What `act_and_sign` gives; what a page would do to a worker it does not do in the process that it names."""
    return act(page) if os.getpid() != page["in"] else str(page["name"]), os.getpid()


def lost(page: Page, reason: str) -> str:
    """What stands for a page that could not be read."""
    return f"{page['name']}: {reason}"


def read_many() -> None:
    """A process that reads enough pages to start workers, and ends."""
    workers = workers_of(Limits(workers=2))
    [(_, results)] = workers.read(act_and_sign, lost_and_signed, [("day", pages(200))])
    assert os.getpid() not in {process for _, process in results}


def lost_and_signed(page: Page, reason: str) -> tuple[str, int]:
    """What stands for a page that could not be read, where results are signed."""
    return lost(page, reason), 0


def clean_or_hang(page: Page) -> dict[str, object]:
    """The row of cleaned_text, but never for a page whose bytes say HANG, and none at all for one that says CRASH."""
    content = page["content"]
    assert isinstance(content, bytes)
    if b"HANG" in content:
        act({"name": "", "do": "hang"})
    if b"CRASH" in content:
        os._exit(3)
    return cleaned_row(page)


def extract_or_crash(page: Page) -> PageFacts:
    """The facts, but the process ends over a text that says QUIT."""
    if "QUIT" in str(page["text"]):
        os._exit(4)
    return extracted_rows(page)
