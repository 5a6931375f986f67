"""A reader that keeps what it did: the slots of every sentence, the steps asked, the statements at each stage.

Belongs here: watching. Does not belong here: deciding anything; the statements are those of the plain reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kpi_pipeline.extraction.bodies import Scope
from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.meaning import Reader
from kpi_pipeline.extraction.readings import STEPS
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.tables import Cell


@dataclass(slots=True)
class Step:
    """One step of the reader on one number: `outcome` is yes, no, read, or the reason why it did not read."""

    name: str
    outcome: str


class TracingReader(Reader):
    """Reads as `Reader` does and keeps the way."""

    def __init__(self, *known: Any, **named: Any) -> None:
        super().__init__(*known, **named)
        self.slots: dict[int, list[Slot]] = {}
        self.bodies: dict[int, list[Scope]] = {}
        self.steps: dict[int, list[Step]] = {}
        self.told: dict[int, Statement] = {}
        self.settled: dict[int, Statement] = {}

    def read(self, number: int, sentence: Sentence) -> None:
        """Reads one sentence and keeps its statements as they are before arithmetic."""
        before = len(self.statements)
        super().read(number, sentence)
        self.told.update({id(made): _copy(made) for made in self.statements[before:]})

    def finish(self, statements: Sequence[Statement]) -> None:
        """Keeps the statements as arithmetic left them, before the whole page is looked at."""
        self.settled = {id(made): _copy(made) for made in statements}
        super().finish(statements)

    def _numbers(self, number: int, sentence: Sentence, slots: list[Slot], scopes: Sequence[tuple[int, Scope]]) -> None:
        self.slots[number] = slots
        self.bodies[number] = [scope for _, scope in scopes]
        super()._numbers(number, sentence, slots, scopes)


def _copy(statement: Statement) -> Statement:
    return replace(statement, flags=set(statement.flags))


def _watched(name: str) -> Callable[..., Any]:
    plain = getattr(Reader, name)

    def step(reader: TracingReader, *given: Any) -> Any:
        about = next((item for item in given if isinstance(item, Slot | Cell)), None)
        if about is None:
            return plain(reader, *given)
        taken = Step(name, "")
        reader.steps.setdefault(about.figure.start, []).append(taken)
        answer = plain(reader, *given)
        if isinstance(answer, bool):
            taken.outcome = "yes" if answer else "no"
        else:
            reason = about.reason if isinstance(about, Slot) else ""
            taken.outcome = "read" if answer is not None else reason or "not read"
        return answer

    return step


for _name in STEPS:
    if hasattr(Reader, _name):
        setattr(TracingReader, _name, _watched(_name))
