"""What a check of the page stages is: a name, what it protects, and a function that looks. No check stands here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi_pipeline.storage.lake import Lake

Finding = Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """What a check found: failing rows (each with its `day`), what else to tell, and the remedy."""

    findings: Sequence[Finding]
    remedy: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """One check: its name, what it protects, whether its failure blocks, and the function that looks."""

    name: str
    protects: str
    blocking: bool
    at: Callable[[Lake, Sequence[str]], Outcome]
