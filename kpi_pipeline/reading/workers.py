"""The processes that read pages: started when there is enough to do, used for all days, each page within limits.

Belongs here: batches, their order, and what happens when a worker does not answer. Does not belong here: what is read
(a function is handed in), what a worker does by itself (`worker`).
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from multiprocessing import get_context, resource_tracker
from multiprocessing.util import Finalize
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.worker import GROWN, begin, read_batch
from kpi_pipeline.trouble import Trouble

Row = TypeVar("Row")
Result = TypeVar("Result")
Key = TypeVar("Key", bound=Hashable)

ENOUGH = 48
"""Pages for which it pays to start processes, which takes each about a second; fewer are read in this one."""

_BATCH_PAGES = 16
_BATCH_BYTES = 2**20
_AHEAD = 3  # batches a worker
_STARTS = 3


class WorkersError(Trouble):
    """No worker process stays alive; the message says what to do."""


@dataclass(frozen=True)
class _Batch:
    """Pages that were handed to a pool, and what will come of them."""

    pages: Sequence[Any]
    pool: ProcessPool
    future: ProcessFuture[Any]
    tried: int = 0


class Workers:
    """Worker processes within `limits`. They start with the first work that pays and stay until `stop`.

    What comes out is the same as from one process, in the same order.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._pool: ProcessPool | None = None
        self._lost_pools = 0
        self._modules: tuple[str, ...] = ()

    def start(self, *modules: str) -> None:
        """Start the processes ahead of the work, if there may be any: they get ready while this one goes on.

        Each imports `modules` beside what pages are read with, so that the first piece of work does not wait for it.
        """
        self._modules = modules
        if self.limits.workers > 1:
            self._running()

    def read(
        self,
        read: Callable[[Row], Result],
        lost: Callable[[Row, str], Result],
        groups: Iterable[tuple[Key, Sequence[Row]]],
        apart: bool = False,
    ) -> Iterator[tuple[Key, list[Result]]]:
        """The groups in their order, each with what `read` made of its pages.

        `groups` is taken a bounded number of batches ahead, over the borders of groups, so that no worker waits between
        small ones. Fewer than `ENOUGH` pages are read in this process, unless `apart` is set. In a worker, a page that
        hangs, ends its process or does not fit into memory becomes `lost(page, reason)`. Any exception of `read` is
        raised; it must be a function that a new process can import. Raises `WorkersError` when processes cannot be kept
        alive.
        """
        sizes: deque[tuple[Key, int]] = deque()

        def pages() -> Iterator[Row]:
            for key, rows in groups:
                sizes.append((key, len(rows)))
                yield from rows

        group: list[Result] = []
        for result in self._each(read, lost, pages(), 1 if apart else ENOUGH):
            while sizes[0][1] == 0:
                yield sizes.popleft()[0], []
            group.append(result)
            if len(group) == sizes[0][1]:
                yield sizes.popleft()[0], group
                group = []
        for key, _ in sizes:
            yield key, []

    def each(self, do: Callable[[Row], Result], pieces: Iterable[Row]) -> Iterator[Result]:
        """What `do` makes of each piece of work, in their order: of pieces that are long by themselves, where `read` is
        for many short ones.

        Running processes do them one by one, and start for `ENOUGH` of them; fewer are done in this process, and so is
        one that a worker cannot do within its limits.
        """
        return self._each(do, lambda piece, _: do(piece), iter(pieces), ENOUGH, 1)

    def stop(self) -> None:
        """End the processes at once, with whatever they are at; the next work starts others."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def _each(
        self,
        read: Callable[[Row], Result],
        lost: Callable[[Row, str], Result],
        pages: Iterator[Row],
        enough: int,
        at_once: int = _BATCH_PAGES,
    ) -> Iterator[Result]:
        first = list(islice(pages, enough))
        if self.limits.workers < 2 or (self._pool is None and len(first) < enough):
            for page in chain(first, pages):
                yield self._here(read, lost, page)
            return
        waiting: deque[_Batch] = deque()
        try:
            for batch in _batches(chain(first, pages), at_once):
                waiting.append(self._hand_out(read, batch))
                if len(waiting) == _AHEAD * self.limits.workers:
                    yield from self._results(read, lost, waiting.popleft())
            while waiting:
                yield from self._results(read, lost, waiting.popleft())
        except BaseException:  # also Ctrl-C, and whoever takes the results giving up
            self.stop()
            raise

    def _here(self, read: Callable[[Row], Result], lost: Callable[[Row, str], Result], page: Row) -> Result:
        try:
            return read(page)
        except MemoryError:
            return lost(page, "Reading this page took more memory than there is; land the article's text as .txt.")

    def _hand_out(self, read: Callable[[Row], Result], pages: Sequence[Row], tried: int = 0) -> _Batch:
        pool = self._running()
        arguments = (read, pages, self.limits.worker_mb)
        return _Batch(pages, pool, pool.schedule(read_batch, args=arguments, timeout=self.limits.page_seconds), tried)

    def _results(
        self, read: Callable[[Row], Result], lost: Callable[[Row, str], Result], batch: _Batch
    ) -> list[Result]:
        """What came of a batch; one that a page has cost is read again page by page, a page alone once more."""
        try:
            return self._answer(batch)
        except (TimeoutError, MemoryError, ProcessExpired, BrokenProcessPool) as error:
            innocent = isinstance(error, BrokenProcessPool) or _grown(error)
            if len(batch.pages) == 1 and not innocent and batch.tried:
                return [lost(batch.pages[0], self._why(error))]
            parts = [batch.pages] if innocent else [[page] for page in batch.pages]
            again = [self._hand_out(read, part, batch.tried + (not innocent)) for part in parts]
            return [result for part in again for result in self._results(read, lost, part)]

    def _answer(self, batch: _Batch) -> list[Any]:
        while not wait([batch.future], timeout=1).done:
            if not batch.pool.active:
                raise BrokenProcessPool
        results: list[Any] = batch.future.result()
        self._lost_pools = 0
        return results

    def _running(self) -> ProcessPool:
        if self._pool is not None and self._pool.active:
            return self._pool
        if self._pool is not None:
            self._lost_pools += 1
            self.stop()
        if self._lost_pools == _STARTS:
            self._lost_pools = 0
            raise WorkersError(
                "The processes that read pages end as soon as they start: free memory, or set KPI_WORKERS=1 to read in "
                "one process."
            )
        self._pool = ProcessPool(
            max_workers=self.limits.workers,
            initializer=begin,
            initargs=(os.getpid(), self.limits.worker_mb, self._modules),
            context=get_context("spawn"),
        )
        with _interrupts_held():
            assert self._pool.active  # asking starts it
        return self._pool

    def _why(self, error: BaseException) -> str:
        if isinstance(error, TimeoutError):
            what = f"took longer than {self.limits.page_seconds:g} seconds (KPI_PAGE_SECONDS)"
        elif isinstance(error, MemoryError):
            what = f"took more than {self.limits.worker_mb} MB of memory (KPI_WORKER_MB)"
        else:
            what = f"ended its process (exit code {getattr(error, 'exitcode', None)})"
        return f"Reading this page {what}; `kpi run --retry-lost`, or save the article's text as .txt and land that."


@cache
def workers_of(limits: Limits) -> Workers:
    """The workers of this process for these limits: the same ones at every call, stopped when the process ends."""
    workers = Workers(limits)
    Finalize(None, workers.stop, exitpriority=10)  # a process that Dagster started for a run ends without `atexit`
    return workers


def _batches(pages: Iterable[Row], at_once: int) -> Iterator[list[Row]]:
    """The pages in runs of `at_once`, or fewer where they are large."""
    batch: list[Row] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += _size(page)
        if len(batch) == at_once or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(page: object) -> int:
    values = page.values() if isinstance(page, dict) else (page,)
    return sum(len(value) for value in values if isinstance(value, (str, bytes)))


def _grown(error: BaseException) -> bool:
    return isinstance(error, ProcessExpired) and error.exitcode == GROWN


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """While it is open, processes that start do not hear Ctrl-C: until they ignore it by themselves, it would end them
    with a traceback each."""
    resource_tracker.ensure_running()  # else its start, in here, would lift the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
