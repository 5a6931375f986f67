"""How many processes read pages, and what one page may take of them: the settings, from the environment.

Only the numbers; who keeps them is `workers` and `worker`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from kpi_pipeline.storage.settings import number_set

_LEAST_MB = 512


@dataclass(frozen=True)
class Limits:
    """The settings of reading.

    workers: processes that read pages (KPI_WORKERS, else one a core); 0 and 1 mean this process alone.
    page_seconds: what one page may take in a worker (KPI_PAGE_SECONDS, else 60).
    worker_mb: memory a worker may take, in MB (KPI_WORKER_MB, else 2048); one that holds half of it is replaced.
    """

    workers: int
    page_seconds: float = 60.0
    worker_mb: int = 2048

    @classmethod
    def from_environment(cls) -> Limits:
        """The settings as the environment has them. Raises `SettingError` for one that is no number or too small."""
        return cls(
            workers=int(number_set("KPI_WORKERS", _cores(), least=0)),
            page_seconds=number_set("KPI_PAGE_SECONDS", cls.page_seconds, least=1),
            worker_mb=int(number_set("KPI_WORKER_MB", cls.worker_mb, least=_LEAST_MB)),
        )


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
