"""Dagster's event log on SQLite, written with connections that stay open: the same files, a fraction of the time.

Dagster's own storage makes an engine, opens the file, compiles the statement and closes the file for every event; the
closing writes the whole journal back. Here an engine stays for each of the last few files, and what Dagster hands over
as one batch is one transaction. Only how events are written; what they are, and who reads them, is Dagster's affair.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

_BATCH = "500"
_OPEN_FILES = 4
"""The index and the files of the last runs; the next one closes the one that was used longest ago."""
_BUSY_SECONDS = 60


def lasting(instance: dg.DagsterInstance, folder: Path) -> dg.DagsterInstance:
    """The instance of a Dagster folder with this event log, if it keeps its events on SQLite; else itself."""
    log = instance.event_log_storage
    if type(log) is not SqliteEventLogStorage:
        return instance
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", _BATCH)
    own = {"module": __name__, "class": LastingEventLog.__name__, "config": {"base_dir": log._base_dir}}
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides={"event_log_storage": own}))


class LastingEventLog(SqliteEventLogStorage):
    """`SqliteEventLogStorage` for a process that writes many events: named in the instance's overrides."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> LastingEventLog:
        return cls(inst_data=inst_data, **config_value)

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._held: dict[str, Connection] | None = None
        super().__init__(base_dir, inst_data)

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Store events in one transaction a file; none of them where one cannot be stored."""
        with ExitStack() as transactions:
            self._held = {}
            self._transactions = transactions
            try:
                for entry in events:
                    self.store_event(entry)
            finally:
                self._held = None

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if self._held is None:
                with self._engine(shard).begin() as connection:
                    yield connection
            else:
                if shard not in self._held:
                    self._held[shard] = self._transactions.enter_context(self._engine(shard).begin())
                yield self._held[shard]

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _lasting)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            self._engines[shard] = engine
            if len(self._engines) > _OPEN_FILES:
                self._engines.popitem(last=False)[1].dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _lasting(connection: Any, _: Any) -> None:
    """A killed process loses nothing, a machine without power the last events at most, and never the file."""
    connection.execute("PRAGMA synchronous=NORMAL")
