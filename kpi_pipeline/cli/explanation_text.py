"""How an explanation looks in a terminal: sentence by sentence, its numbers with facts or reasons.

Only the layout; what there is to say stands in the explanation.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import click
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kpi_pipeline.extraction.explain_page import clause_words, how_read
from kpi_pipeline.extraction.explanation import Explanation, NumberSeen, SentenceSeen, Sheet, period_words, visible

_NAME = 16
_QUOTE = 10
_DEEP = _QUOTE + 3


@dataclass
class Layout:
    """Prints one explanation; `chosen` are the indices of the numbers asked for, None for all.

    `tokens` adds tokens and clauses, `steps` all there is to say of a number, `everything` the lines without numbers.
    """

    explanation: Explanation
    sheet: Sheet
    chosen: set[int] | None
    tokens: bool = False
    everything: bool = False
    told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        width = None if sys.stdout.isatty() else 160
        self.console = Console(width=width, highlight=False, markup=False, emoji=False)
        self.steps = self.everything or self.chosen is not None
        self.whole = self.everything and self.chosen is None

    def show(self) -> None:
        with self.console.capture() as printed:
            self._head()
            for sentence in self.explanation.sentences:
                self._sentence(sentence)
            self._aside()
        click.echo("\n".join(line.rstrip() for line in printed.get().rstrip("\n").split("\n")))

    def _head(self) -> None:
        self.console.print(Text(visible(self.sheet.name), style="bold"))
        for name, words in self.sheet.told + self.explanation.told():
            self._say(2, name, words)
        if self.sheet.notice:
            self.console.print(Text(visible(self.sheet.notice), style="bold red"))

    def _sentence(self, sentence: SentenceSeen) -> None:
        numbers = self._asked(sentence.numbers)
        if not numbers and not self.whole:
            return
        self.console.print()
        self.console.print(self._marked(sentence, numbers))
        if self.steps and sentence.bodies:
            self._say(2, "bodies", "; ".join(sentence.bodies))
        self._numbers(numbers)
        if self.tokens or self.whole:
            self._put(4, _tokens(sentence))

    def _asked(self, places: Sequence[int]) -> list[int]:
        return [place for place in places if self.chosen is None or place in self.chosen]

    def _marked(self, sentence: SentenceSeen, numbers: Sequence[int]) -> Text:
        text = self.explanation.text
        line = Text()
        line.append(f"[{sentence.start}–{sentence.end}] ", style="dim")
        position = sentence.start
        for number in (self.explanation.numbers[place] for place in numbers):
            if number.start >= position:
                line.append(visible(text[position : number.start]))
                line.append(visible(number.quote), style="dim underline" if number.reason else "bold green")
                position = number.end
        line.append(visible(text[position : sentence.end]))
        return line

    def _numbers(self, places: Sequence[int]) -> None:
        """Facts first, then what is unread; unread numbers of one reason share a line where no step is shown."""
        brief: dict[str, list[NumberSeen]] = {}
        for place in places:
            number = self.explanation.numbers[place]
            if number.reason and not (self.steps or self.tokens or number.said):
                brief.setdefault(number.reason, []).append(number)
                continue
            self._facts(number)
            if number.reason:
                self._unread([number])
            for code, words in how_read(self.explanation, number):
                self._say(_DEEP, code, words)
            for name, words in clause_words(self.explanation, number) if self.steps or self.tokens else ():
                self._say(_DEEP, name, words)
            for step in number.steps if self.steps else ():
                self._say(_DEEP, "step", f"{step.sentence} {step.outcome}")
        for numbers in brief.values():
            self._unread(numbers)

    def _facts(self, number: NumberSeen) -> None:
        for place in number.facts:
            fact = self.explanation.facts[place]
            comparator = "" if fact.comparator == "eq" else f" {fact.comparator}"
            parts = [
                f"{fact.measure}{comparator} {fact.value:.12g}", fact.subject, fact.indicator, "+".join(fact.levels),
                f"of {fact.base}" if fact.measure == "share" and fact.base != "assessed" else "", period_words(fact),
                fact.modality, fact.scope, fact.unit_name or "", fact.province or "no province", " ".join(fact.flags),
            ]  # fmt: skip
            words = Text(visible(", ".join(part for part in parts if part)))
            self._put(2, _pair(_QUOTE, Text(visible(number.quote), style="bold green"), words))
            verdict = self.sheet.verdicts.get(place)
            if verdict is None or not (self.steps or verdict.words):
                continue
            again = verdict.kind == "quarantined" and verdict.words in self.told
            self.told.add(verdict.words)
            told = f"{verdict.words.partition(':')[0]}, as above" if again else verdict.words
            self._say(_DEEP, verdict.kind, told, "red" if verdict.kind == "quarantined" else "")

    def _unread(self, numbers: Sequence[NumberSeen]) -> None:
        quotes = Text(visible("; ".join(dict.fromkeys(number.quote for number in numbers))), style="dim underline")
        words = Text(f"unread, {numbers[0].reason}: ", style="yellow")
        words.append(numbers[0].reason_sentence, style="default")
        self._put(2, _pair(_QUOTE, quotes, words))

    def _aside(self) -> None:
        """Numbers in lines that are not read at all, and where all is asked for these lines themselves."""
        numbers = self.explanation.numbers
        places = self._asked([place for place, number in enumerate(numbers) if number.sentence is None])
        lines = [line for line in self.explanation.lines if line.role in ("furniture", "menu")] if self.whole else []
        if not places and not lines:
            return
        self.console.print()
        self.console.print(Text("Outside the sentences", style="bold"))
        for line in lines:
            self._say(2, line.role, self.explanation.quote((line.start, line.end)))
        self._numbers(places)

    def _say(self, indent: int, name: str, words: str, style: str = "") -> None:
        self._put(indent, _pair(_NAME, Text(visible(name), style="dim"), Text(visible(words), style=style)))

    def _put(self, indent: int, what: RenderableType) -> None:
        self.console.print(Padding(what, (0, 0, 0, indent), expand=False))


def _pair(width: int, name: Text, words: Text) -> Table:
    """A name and what it says, side by side; long names push nothing aside, they fold."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=width, overflow="fold")
    table.add_column(overflow="fold")
    table.add_row(name, words)
    return table


def _tokens(sentence: SentenceSeen) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in ("characters", "kind", "code", "words", "meaning"):
        table.add_column(column, overflow="fold")
    for token in sentence.tokens:
        code = f"{token.code} ({token.detail})".strip() if token.detail else token.code
        cells = (f"{token.start}–{token.end}", token.kind, code, visible(token.words), token.meaning)
        table.add_row(*map(Text, cells))
    return table
