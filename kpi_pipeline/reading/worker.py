"""Inside a worker process: how it begins, reads a batch of pages, and ends. `workers` is the other side.

What pages are read with is imported here, before the first batch: while a worker takes a batch, the others wait.
"""

from __future__ import annotations

import ctypes
import gc
import itertools
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from kpi_pipeline.reading import cleaned, extracted, skipping

Page = TypeVar("Page")
Result = TypeVar("Result")

READERS = (cleaned.cleaned_row, extracted.extracted_rows, skipping.cleaned_if_worth)
"""Imported with the worker, so that the first page does not pay for it with its time."""
GROWN = 75
"""Exit code of a worker that holds half the memory it may take, and so makes way for a new one."""

_OBJECTS = 20_000
"""New objects after which a worker looks for cycles, where Python does after 700: pages make few of them."""
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
_batches = itertools.count()


def begin(parent: int, megabytes: int, modules: Sequence[str] = ()) -> None:
    """Tie the worker to its parent and bound its memory (both on Linux only), and import `modules`.

    The kernel kills it when its parent is gone, be it hung or at work; what takes more than `megabytes` raises
    `MemoryError`.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    if os.getppid() != parent:
        os._exit(1)
    for module in modules:
        import_module(module)
    gc.freeze()  # what was imported stays: no look for garbage goes through it again
    gc.set_threshold(_OBJECTS)


def read_batch(read: Callable[[Page], Result], pages: Sequence[Page], megabytes: int) -> list[Result]:
    """What `read` makes of each page, in their order. A worker that has grown ends instead, with the code `GROWN`."""
    if next(_batches) and _resident() > megabytes / 2:
        os._exit(GROWN)
    return [read(page) for page in pages]


def _resident() -> float:
    """Memory this process holds, in MB; 0 where the system does not tell it."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20 if status.exists() else 0.0
