"""Statements of the cells of tables.

Belongs here: turning a cell with its row and column into a statement. Does not belong here: finding tables (tables).
"""

import re

from kpi_pipeline.extraction.bare_names import named
from kpi_pipeline.extraction.bodies import NAMING, Scope, scopes_of
from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.counting import CountReader
from kpi_pipeline.extraction.slots import RATED_AS, Slot
from kpi_pipeline.extraction.statement import Statement, with_better
from kpi_pipeline.extraction.tables import Cell
from kpi_pipeline.extraction.when import year_of
from kpi_pipeline.reference.codes import CLEAN_STRONG, TASK_COMPLETION

_SHARES = re.compile(r"\(\s?%\s?\)|tỷ lệ %")
_OLD_ONLY = frozenset(("exemplary", "clean_strong", "weak"))


class CellReader(CountReader):
    """Reads the number cells of tables."""

    def _cells(self, number: int, sentence: Sentence) -> None:
        """The number cells of one line of a table, read once though a long line comes in several sentences."""
        if sentence.line == self.line_of_cells:
            return
        self.line_of_cells = sentence.line
        row = self.cells.get(sentence.line, ())
        levels = {level for cell in row for level in (*cell.row.levels, *cell.column.levels)} if row else set()
        scale = CLEAN_STRONG if levels & _OLD_ONLY else ""
        counted = ""
        for cell in row:
            counted = cell.column.subject if cell.column.total and cell.column.subject else counted
            statement = self._cell(number, sentence, cell, scale, counted)
            if statement is None:
                self.reasons.setdefault(cell.figure.start, "no_level")
            else:
                self.statements.append(statement)

    def _cell(self, number: int, sentence: Sentence, cell: Cell, scale: str, counted: str) -> Statement | None:
        rating = cell.column if cell.column.levels else cell.row
        figure = cell.figure
        share = figure.percent or cell.column.share or cell.row.share
        share = share or (not cell.column.count and _SHARES.search(self.page.folded, *self.spoken) is not None)
        subject = cell.row.subject or cell.column.subject or counted or self.state.subject
        rated = sentence.line in self.full_tables or self.rated_line >= 0
        if not subject or not rated or (not share and figure.value != int(figure.value)):
            return None
        if (
            rating.levels
            and not rating.full
            and sentence.line not in self.full_tables
            and self.state.scale != TASK_COMPLETION
        ):
            return None
        if any(level.startswith("grade_") for level in rating.levels):
            return None
        total = not rating.levels and (cell.column.total or cell.row.total)
        if not rating.levels and (not total or share):
            return None
        slot = Slot(0, figure, figure.value, share)
        statement = self._new(number, sentence, slot, TASK_COMPLETION, "share" if share else "count", subject)
        statement.reading = "table"
        if total:
            statement.measure = "total"
        if cell.column.plan:
            statement.modality = "target"
        year = cell.column.year or cell.row.year
        first, last = year_of(year, self.state, True) if year is not None else ("", "")
        statement.dated = bool(first)
        if not first:
            first, last = self._carried_period(statement, False, False, True, sentence.tokens)
        statement.first, statement.last = first or None, last or None
        statement.indicator = self._rating_scale(subject, rating.levels, scale, statement.last or "")
        statement.levels = with_better(rating.levels, rating.above, statement.indicator)
        scope = self.state.any_scope()
        if cell.row.scope is not None:
            _low, high = cell.label
            own = scopes_of(self.page, [cell.row.scope], high, self.home, self.places)
            scope = own[0][1] if own else scope
        elif not cell.row.total and not cell.row.levels and not cell.row.subject:
            scope = self._of_kind(named(self.page, *cell.label, self.names, self.places), cell, sentence) or scope
            if scope is not None and scope.assumed:
                self.assumed.add((scope.code, scope.name))
        if scope is not None:
            statement.scope, statement.unit_name, statement.province = scope.code, self._name_of(scope), scope.province
            statement.evidence = f"text: {scope.words}"
        return statement

    def _of_kind(self, scope: Scope | None, cell: Cell, sentence: Sentence) -> Scope | None:
        """A body that only its bare name tells is of the kind that heads the labels ("Huyện | ...").

        A label that opens with a noun of its own ("Trường Sa Bình") stays what the name alone tells.
        """
        if scope is None or not scope.assumed or scope.code != "organisation" or cell.head is None:
            return scope
        if any(token.start == scope.start and token.kind in NAMING for token in sentence.tokens):
            return scope
        kind = self.page.folded[cell.head.start : cell.head.end]
        known = kind in RATED_AS and cell.head.code in ("district", "commune")
        return scope._replace(code=cell.head.code, name=f"{kind} {scope.name}", assumed=False) if known else scope

    def _name_of(self, scope: Scope) -> str | None:
        """The body's name; "toàn huyện" is the district the page last named."""
        return scope.name or self.names.say(scope.code, None)
