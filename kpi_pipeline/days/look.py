"""What a look at days of the lake is: what it protects, the function that looks, and what is told of what it saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi_pipeline.storage.lake import Lake

Finding = Mapping[str, object]


@dataclass(frozen=True)
class Seen:
    """What was seen on some days: failing rows (each with its `day`), and counts that add up over days."""

    findings: Sequence[Finding]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Outcome:
    """What is told of all that was seen: failing rows, the remedy, and what else there is to tell."""

    findings: Sequence[Finding]
    remedy: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """One look: its name, what it protects, whether its failure blocks, what sees and what tells.

    `at` is given a lake and days, and is a function that a new process can import: what it sees of two stretches of
    days adds up to what it sees of both. Only a look that is `whole` must be given all days at once.
    """

    name: str
    protects: str
    blocking: bool
    at: Callable[[Lake, Sequence[str]], Seen]
    tell: Callable[[Seen], Outcome]
    whole: bool = False


def with_remedy(remedy: str) -> Callable[[Seen], Outcome]:
    """Tells what was seen as it is, with this remedy."""
    return lambda seen: Outcome(seen.findings, remedy, seen.counts)


def together(parts: Iterable[Seen]) -> Seen:
    """What was seen of several stretches of days, as of one."""
    findings: list[Finding] = []
    counts: Counter[str] = Counter()
    for part in parts:
        findings += part.findings
        counts.update(part.counts)
    return Seen(findings, dict(counts))
