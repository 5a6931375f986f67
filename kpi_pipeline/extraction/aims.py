"""Targets over several sentences: where a list of them begins, what carries it on, what ends it.

Belongs here: the modality and the plan's year that one sentence leaves for the next. Does not belong here: whether
one number is a target by its own sentence (when).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.cells import CellReader
from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.plans import opens_plan
from kpi_pipeline.extraction.slots import Slot, first_of
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.extraction.when import is_done, settles
from kpi_pipeline.reference.folding import fold

_SOME_TARGETS = ("một số chỉ tiêu", "các chỉ tiêu", "những chỉ tiêu")
_AIMS = ("mục tiêu", "phấn đấu", "đặt mục tiêu", "đề ra", "phương hướng", "xác định mục tiêu")
_RESULTS = frozenset(("past", "reported"))
_ABOUT = fold("về ")
_TOLD, _WANTED = _RESULTS | {"period", "assess"}, frozenset(("every", "before"))
_MET_COUNT = re.compile(fold(r"(?<!\w)(?:đạt|vượt|hoàn thành)(?: và vượt)? \d+(?:/\d+)? chỉ tiêu[^.;:]{0,40}:$"))
"""A heading that counts the targets which were met ("... đạt 31/34 chỉ tiêu:"): results follow."""
_TO_BE_MET = re.compile(
    fold(r"(?<!\w)(?:phải|phấn đấu|cần|yêu cầu|quyết nghị|quyết tâm|tập trung|sẽ|nhằm|để|thông qua|đề ra|giao)(?!\w)")
)
"""Words before a number of targets that tell that they are to be met."""
_TODAY = fold("hiện ")
_LONGEST_ITEM = 160
_ITEM = re.compile(r"\(?\d{1,2}[.)]\s")


class AimKeeper(CellReader):
    """Keeps between sentences whether targets are told of."""

    def _settle_modality(self, tokens: Sequence[Token]) -> None:
        """Ends a carried target where a sentence tells results or opens with a period that has passed.

        What comes "each year" right behind a year that is yet to come, or behind a paragraph that ends with targets,
        is wanted too, unless it names a period.
        """
        kinds, state = self.kinds, self.state
        if tokens[0].kind == "every" and "period" not in kinds and kinds.isdisjoint(_RESULTS):
            if self.continued and self._until == self._number - 1:
                state.modality = "target"
            elif not self.continued and self._aimed == self.line - 1:
                self.continued, state.modality = True, "target"
        elif not self.continued and self._aimed == self.line - 1 and self._next_matter():
            self.continued, state.modality = True, "target"
        if state.modality == "actual" and not state.annual:
            return
        if "target" not in kinds and (
            not kinds.isdisjoint(_RESULTS)
            or ("indicator" in kinds and any(is_done(self.page, token) for token in tokens))
            or ("have" in kinds and any(self._is_held(token) for token in tokens))
        ):
            state.modality, state.annual = "actual", False
        if state.modality != "actual" and "period" in kinds:
            opening = tokens[: first_of(tokens, "number") or len(tokens)]
            settled = [t for t in opening if isinstance(t, Period) and settles(t, state.day or "")]
            if settled and not ("target" in kinds and any(t.kind == "target" for t in opening)):
                state.modality = "actual"

    def _is_held(self, token: Token) -> bool:
        """ "Toàn tỉnh hiện có 460 đảng bộ": what a body has today is no target."""
        return token.kind == "have" and self.page.folded.startswith(_TODAY, token.start)

    def _next_matter(self) -> bool:
        """ "Về xây dựng Đảng: hằng năm từ 90% ...": the next matter behind a paragraph of targets, with no result."""
        told = not self.kinds.isdisjoint(_TOLD) or not self.kinds >= _WANTED
        return not told and self.page.folded.startswith(_ABOUT, self.spoken[0])

    def _leave_aims(self, sentence: Sentence, tokens: Sequence[Token], slots: Sequence[Slot], made: bool) -> None:
        """Leaves for the next sentences whether targets are listed; `made` tells that a statement was read."""
        state = self.state
        text, start, end = self.page.text, sentence.start, sentence.end
        self._opened = text.endswith(":", start, end)
        if self._opened:
            self._list_from = sentence.line
        if not slots and self.kinds.isdisjoint(_RESULTS) and opens_plan(self.page, tokens):
            self._opened, state.modality, state.annual = not text.endswith(".", start, end), "target", False
            self._sets_year(tokens)
        if "target" in self.kinds:
            aims = (token for token in tokens[:3] if token.kind == "target")
            heads = not slots and any(self.page.folded.startswith(_AIMS, token.start) for token in aims)
            wanted = bool(slots) and self.kinds.isdisjoint(_RESULTS)
            told = wanted or ("masked" in self.kinds and self.kinds.isdisjoint(_RESULTS))
            self._aimed = sentence.line if told else self._aimed
            announced = wanted and self._sets_year(tokens)
            if heads or (not made and (self._names_new_targets(tokens) or announced)):
                state.modality, state.annual = "target", False
            if slots and self._lists_targets(tokens):
                self._opened, state.modality = True, "target"
            elif not slots and not heads and self._met_count(start, end):
                self._opened, state.modality, state.annual = False, "actual", False
            elif not slots and any(token.kind == "target" for token in tokens):
                self._opened = self._opened or (
                    not text.endswith(".", start, end) and self._listed_below(sentence.line + 1)
                )
                state.modality = "target" if self._opened else state.modality
        if self._opened and not slots:
            state.annual = "every" in self.kinds or (state.annual and self.continued)

    def _met_count(self, start: int, end: int) -> bool:
        """Whether a sentence counts the targets that were met, not those that are to be."""
        met = _MET_COUNT.search(self.page.folded, start, end)
        return met is not None and _TO_BE_MET.search(self.page.folded, start, met.start()) is None

    def _names_new_targets(self, tokens: Sequence[Token]) -> bool:
        """ "Nghị quyết nhiệm kỳ 2025-2030 có 15 chỉ tiêu": what follows are the targets of that term."""
        for token in tokens:
            if isinstance(token, Period) and token.code == "span" and self.state.yet_to_run(token.first, token.last):
                self.state.term = self.state.first, self.state.last = token.first, token.last
                self.state.term_past = False
                return True
        return False

    def _sets_year(self, tokens: Sequence[Token]) -> bool:
        """ "Nghị quyết về nhiệm vụ năm 2025 ..., phấn đấu GRDP tăng 9%": what follows are the targets of that year."""
        for token in tokens:
            if isinstance(token, Period) and token.code == "year" and self._is_ahead(token.first, True):
                self.state.first = self.state.last = token.first
                return True
        return False

    def _lists_targets(self, tokens: Sequence[Token]) -> bool:
        """Whether a list of targets begins in a sentence and may run on in the next line ("một số chỉ tiêu: ...")."""
        return any(
            token.kind == "target"
            and (
                any(after.kind == ":" for after in tokens[place + 1 : place + 4])
                or self.page.folded.startswith(_SOME_TARGETS, token.start)
            )
            for place, token in enumerate(tokens)
        )

    def _is_until(self, token: Token) -> bool:
        """Whether a token is a year that is yet to come ("đến năm 2025")."""
        ahead = isinstance(token, Period) and token.code == "year" and self._is_ahead(token.first)
        return ahead and self.page.folded.startswith("đến", token.start)

    def _goes_on(self, row: int) -> bool:
        """Whether a line carries on the one before: an item of a list, or words that begin small."""
        line = self.lines[row]
        if line.role == "bullet" or self.page.text[line.start].islower() or self._itemised(row):
            return True
        if self._list_from == row - 2 or self._plain == row - 1:
            self._plain = row if self._is_short(row - 1) and self._is_short(row) else self._plain
        return self._plain == row

    def _unfinished(self, row: int) -> bool:
        """Whether the line before ends with ";": a list goes on."""
        return row == self.line + 1 and self.page.text.endswith(";", 0, self.lines[self.line].end)

    def _is_short(self, row: int) -> bool:
        """Whether a line is one short sentence, as an item of a list without bullets is."""
        line = self.lines[row]
        return line.end - line.start <= _LONGEST_ITEM and self.page.text.find(". ", line.start, line.end) < 0

    def _listed_below(self, row: int) -> bool:
        """Whether a line opens a list: a bullet or a numbered item."""
        return self._itemised(row) or (row < len(self.lines) and self.lines[row].role == "bullet")

    def _itemised(self, row: int) -> bool:
        """Whether a line is an item of a numbered list."""
        if row >= len(self.lines):
            return False
        line = self.lines[row]
        return _ITEM.match(self.page.folded, line.start, line.end) is not None
