"""What earlier sentences stated, told again of another year: "Năm 2022, tỷ lệ này là 93%", "các tỷ lệ tương ứng".

Belongs here: finding the statements that a sentence repeats and what it changes in them. Does not belong here: shares
and repeats inside one sentence (shares, coordination, beside).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.bodies import BARE
from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.shares import ShareReader
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.subjects import resolve_subject
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.reference.folding import fold

_NEAR = 12
_OF_THESE = frozenset(("period", "subject", "link", "filler", "respectively", "number", "and", ",", "before"))
_OF_THESE_WORDS = frozenset(
    map(fold, ("này", "đó", "ấy", "con", "trước đó", "hai", "nâng", "đưa", "sang", "bước sang"))
)
_LEADS_AGAIN = frozenset(("period", "link", "filler", "before", ",", "becomes", "target", ":", "-"))
_SAME_SHARES = re.compile(fold(r"(?:tỷ|tỉ) lệ (?:này|đó|ấy|trên)(?!\w)|con số (?:này|đó|ấy)(?!\w)"))
_THIS_NUMBER = re.compile(fold(r"(?:con )?số này(?!\w)"))
_THESE_TARGETS = re.compile(fold(r"chỉ tiêu (?:này|đó)$"))
_OTHER_SHARE = re.compile(fold(r"(?:tỷ|tỉ) lệ|con số|(?<!\w)mức(?!\w)"))
_LISTED_NAME = (
    "cán bộ, công chức(?:, viên chức)?|(?:tập thể |cán bộ )?lãnh đạo, quản lý|sở, (?:ban, )?ngành|chi, đảng bộ"
    "|huyện,(?: thị xã,)? thành phố|xã, phường(?:, thị trấn)?|cơ quan, đơn vị|đảng bộ, chi bộ|chi bộ, đảng bộ"
)
"""Nouns that have a mark inside them."""
_ENDS_AT_LEVEL = re.compile(
    fold(f"(?: (?:{_LISTED_NAME}))?")
    + fold(r"(?:[^,;:()]*?(?:nhiệm vụ|nv|vững mạnh)(?: trở lên)?)?")
    + fold(r"(?: (?:trên )?tổng số)?[\s.;]*")
)
_TASK = fold("nhiệm vụ")
_AFTER_RESULT, _MEAN = frozenset((":", ",", "link", "every")), fold("bình quân")
_ASKED = re.compile(fold(r"chỉ tiêu|nghị quyết|mục tiêu|kế hoạch"))
_HEADING, _REMARK = 300, 40
"""How far words for a target may stand before a share, and behind its result."""


def _tells_of_what(token: Token) -> bool:
    """Whether what stands behind a share says of whom or what it is ("85% hộ dân ...")."""
    return token.kind not in _ENDS_RESULT


_ENDS_RESULT = frozenset((",", ";", "(", "-", "above", "planref", "change"))


class RepeatReader(ShareReader):
    """Reads what repeats an earlier sentence."""

    def _as_before(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """ "các tỷ lệ tương ứng là ..." with no levels: those of the distribution before, in its order."""
        _, place, length = slot.reading.split(":")
        subject = resolve_subject(self.page, sentence.tokens, slot, slots, self.state)
        met = any(map(self._of_targets, sentence.tokens))
        if met or _SAME_SHARES.search(self.page.folded, sentence.start, slot.figure.start):
            told = self._shares_before(number, int(length))
            if told and (self._met(told) if met else self._repeats(sentence.tokens, told)):
                return self._again(number, sentence, slot, told[int(place)])
            slot.reason = "ambiguous"
            return None
        indicator, levels = self.state.distribution
        if len(levels) != int(length) or not subject:
            slot.reason = "ambiguous"
            return None
        statement = self._new(number, sentence, slot, indicator, "share" if slot.percent else "count", subject)
        self._when(sentence.tokens, slot, statement)
        statement.levels, statement.reading = (levels[int(place)],), "respectively"
        return statement

    def _shares_before(self, number: int, length: int) -> list[Statement]:
        """The shares of a level in the sentence right before, without breakdowns; empty unless `length`."""
        near = [item for item in self.statements[-_NEAR:] if item.sentence == number - 1 and item.measure == "share"]
        told = [item for item in near if item.levels and not item.within]
        return told if len(told) == length else []

    def _of_targets(self, token: Token) -> bool:
        """ "Các chỉ tiêu này đạt ...": words for targets told before, so what follows is their result."""
        return token.kind == "past" and _THESE_TARGETS.search(self.page.folded, token.start, token.end) is not None

    def _met(self, told: Sequence[Statement]) -> bool:
        """Whether shares are targets for one year that the page's day has reached."""
        years = {(item.first, item.last, item.modality) for item in told}
        first, last, modality = years.pop()
        return not years and modality == "target" and first == last and "" < (last or "") <= (self.state.day or "~")

    def _repeats(self, tokens: Sequence[Token], told: Sequence[Statement]) -> bool:
        """Whether a sentence names one year or one subject for all shares told and nothing else: no body, no change."""
        if any(
            token.kind not in _OF_THESE
            and not (token.kind == "word" and self.page.folded[token.start : token.end] in _OF_THESE_WORDS)
            for token in tokens
        ):
            return False
        years = sum(token.kind == "period" for token in tokens)
        subjects = sum(token.kind == "subject" for token in tokens)
        one_year = len({(item.first, item.last) for item in told}) == 1
        one_subject = len({item.subject for item in told}) == 1
        return years + subjects > 0 and years <= one_year and subjects <= one_subject

    def _again(self, number: int, sentence: Sentence, slot: Slot, model: Statement) -> Statement:
        """ "Các tỷ lệ này lần lượt là a và b": what the sentence before stated, of the subject and year named here."""
        named = {token.code for token in sentence.tokens if token.kind == "subject"}
        subject = named.pop() if len(named) == 1 else model.subject
        statement = self._new(number, sentence, slot, model.indicator, model.measure, subject)
        statement.levels, statement.above, statement.reading = model.levels, model.above, "respectively"
        statement.first, statement.last, statement.annual = model.first, model.last, model.annual
        statement.modality = model.modality
        if any(map(self._of_targets, sentence.tokens)):
            statement.modality, statement.annual = "actual", False
        if any(token.kind == "period" for token in sentence.tokens[: slot.index]):
            self._when(sentence.tokens, slot, statement)
        return statement

    def _same_share(self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot]) -> Statement | None:
        """ "Năm 2022, tỷ lệ này là 93%", "con số này là 52": the one share or count of the sentence before, in a year
        named here; else None.

        Nothing but the year, "this share" and a link may stand before the number, and no other number behind the one
        that is meant. The sentence before ends with the level of its share. "Kết quả: năm 2022 đạt 93%" tells what
        became of a target that holds for the year, "Kết quả đạt 93%" of one for its whole time; "Năm 2021 đạt 85%."
        says nothing but a year and the number.
        """
        told = sentence.tokens[: slot.index]
        if not slot.percent and not _THIS_NUMBER.search(self.page.folded, sentence.start, slot.figure.start):
            return None
        results = slot.percent and self._tells_result(told)
        again = (
            results
            or [token.kind for token in told] == ["period", "link"]
            or self._next_of_list(told)
            or _SAME_SHARES.search(self.page.folded, sentence.start, slot.figure.start)
        )
        if slot is not slots[0] or not again:
            return None
        measure = "share" if slot.percent else "count"
        made = [item for item in self.statements[-_NEAR:] if item.sentence == number - 1 and item.measure == measure]
        model = made[0] if len(made) == 1 else None
        if model is None or not model.levels or model.base != "assessed":
            return None
        dated_here = any(token.kind == "period" for token in told)
        if (model.modality == "target") != results and (dated_here or not (results and self._asked_near(model, slot))):
            return None
        if any(model.figure.start < start < sentence.start for start in self.reasons) or model.subset is not None:
            return None
        told_last = self.page.folded[model.figure.end : sentence.start]
        if _OTHER_SHARE.search(told_last) or not _ENDS_AT_LEVEL.fullmatch(told_last) or told_last.count(_TASK) > 1:
            return None
        known = self.state.any_scope()
        bare = known is not None and known.name is None and known.code == model.scope  # "thị xã", of the one told of
        others = [token.code for token in told if token.kind == "subject" and token.code != model.subject]
        if not (bare or (known.name if known is not None else None) == model.unit_name) or not all(
            map(self._says_again, (token for token in told[results:] if token.code not in others[:1]))
        ):
            return None
        if results and not dated_here:
            return self._result_of(number, sentence, slot, model)
        statement = self._again(number, sentence, slot, model)
        statement.reading, statement.subject = "other_period", others[0] if others else model.subject
        if others and not dated_here and statement.modality == model.modality == "actual":
            statement.reading = "other_subject"
            return statement
        dated = statement.dated and (statement.first, statement.last) != (model.first, model.last)
        low, high = model.first or "~", model.last or ""
        every = model.annual and model.first is None  # wanted each year of a time that is not named
        if results and not every and not low <= (statement.first or "") <= (statement.last or "~") <= high:
            return None
        wanted = "target" if any(token.kind == "target" for token in told) else "actual"
        return statement if dated and statement.modality == wanted else None

    def _tells_result(self, told: Sequence[Token]) -> bool:
        """ "Kết quả: ...", "Kết quả bình quân đạt ...": what came of the share that the sentence before wanted."""
        if len(told) < 2 or told[0].kind != "past":
            return False
        return told[1].kind in _AFTER_RESULT or self.page.folded[told[1].start : told[1].end] == _MEAN

    def _asked_near(self, model: Statement, slot: Slot) -> bool:
        """Whether words for a target stand around a share and the result that follows it."""
        low, high = max(0, model.figure.start - _HEADING), slot.figure.end + _REMARK
        return _ASKED.search(self.page.folded, low, high) is not None

    def _result_of(self, number: int, sentence: Sentence, slot: Slot, model: Statement) -> Statement | None:
        """ "... hằng năm 90% chi bộ hoàn thành tốt nhiệm vụ. Kết quả đạt 93,2%.": of the time of the target."""
        first, last, day = model.first or "", model.last or "", self.state.day or "~"
        behind = sentence.tokens[slot.index + 1 : slot.index + 2]
        if first[:4] > day[:4] or self.state.yet_to_run(first, last) or any(map(_tells_of_what, behind)):
            return None
        statement = self._again(number, sentence, slot, model)
        statement.reading, statement.modality, model.modality = "result_beside", "actual", "target"
        return statement

    def _next_of_list(self, told: Sequence[Token]) -> bool:
        """ "- Năm 2022: 90%": an item of a list that tells a year and its number alone."""
        kinds = [token.kind for token in told]
        return self.continued and kinds[-2:] == ["period", ":"] and set(kinds[:-2]) <= {"-"}

    def _says_again(self, token: Token) -> bool:
        """Whether a token only leads to a share that was stated before for another year, or is wanted in one."""
        words = self.page.folded[token.start : token.end]
        if token.kind == "every" or words == _MEAN:
            return True
        return token.kind in _LEADS_AGAIN or words in (_OF_THESE_WORDS if token.kind == "word" else BARE)
