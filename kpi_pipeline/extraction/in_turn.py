"""Numbers told in turn: "lần lượt là a và b", two years and their two shares, "con số tương ứng".

Belongs here: pairing a run of numbers with the counts, levels, years or subjects named before it. Does not belong
here: what one number takes from its neighbour (coordination).
"""

from collections.abc import Sequence
from itertools import pairwise

from kpi_pipeline.extraction.joined import Level, Subject
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

_EACH = fold("tương ứng")
_BETWEEN = frozenset((",", "and"))
_LEADS_TO_SHARES_OF = frozenset(
    (",", "and", "link", "respectively", "level", "above", "subject", "unit", "filler", "before")
)
_LEADS_TO_SHARES = frozenset(
    ("link", "becomes", "filler", "before", "level", "above", "subject", "unit", "word", ",", "according", "assess")
)


def in_turn(page: Page, tokens: Sequence[Token], slots: Sequence[Slot], kinds: frozenset[str]) -> None:
    """Pairs the numbers of a sentence that are told in turn; `kinds` are those of its tokens."""
    if "respectively" in kinds or "link" in kinds:
        _respectively(page, tokens, slots)
    if "period" in kinds and "level" in kinds and "respectively" not in kinds:
        _year_each(tokens, slots)
    if "link" in kinds and "level" in kinds and "respectively" not in kinds:
        _subject_each(tokens, slots)
    if "link" in kinds:
        _same_of_another(page, tokens, slots)


def _year_each(tokens: Sequence[Token], slots: Sequence[Slot]) -> None:
    """ "năm 2016 và 2017, tỷ lệ A hoàn thành tốt là 18,2% và 19,1%": as many numbers as years, without "lần lượt"."""
    years = [place for place, token in enumerate(tokens) if token.kind == "period" and token.code == "year"]
    years = [place for place in years if place < slots[-1].index]
    runs: list[list[int]] = []
    for place in years:
        joined = runs and {token.kind for token in tokens[runs[-1][-1] + 1 : place]} <= _BETWEEN
        if joined:
            runs[-1].append(place)
        else:
            runs.append([place])
    for run in runs:
        following = [slot for slot in slots if slot.index > run[-1]]
        group = following[: len(run)]
        if len(run) < 2 or len(group) < len(run) or not _bare_run(tokens, group, following[len(run) :]):
            continue
        lead = tokens[run[-1] + 1 : group[0].index]
        before = tokens[: group[0].index]
        level = next((token for token in reversed(before) if isinstance(token, Level)), None)
        told = any(slot.index < group[0].index and slot.segment == group[0].segment for slot in slots)
        if level is None or told or not {token.kind for token in lead} <= _LEADS_TO_SHARES:
            continue
        for slot, place in zip(group, run, strict=True):
            slot.reading, slot.topic, slot.side, slot.reason = "respectively", level, "left", ""
            slot.year_index = place
        _next_levels(tokens, slots, group, run)


def _subject_each(tokens: Sequence[Token], slots: Sequence[Slot]) -> None:
    """ "tỷ lệ A và B hoàn thành tốt nhiệm vụ đạt 95% và 93%": as many numbers as subjects, without "lần lượt"."""
    for place, token in enumerate(tokens):
        if not isinstance(token, Subject) or not token.also:
            continue
        following = [slot for slot in slots if slot.index > place]
        group = following[: 1 + len(token.also)]
        if len(group) != 1 + len(token.also) or not _bare_run(tokens, group, following[len(group) :]):
            continue
        lead = tokens[place + 1 : group[0].index]
        levels = [item for item in lead if isinstance(item, Level)]
        linked = any(item.kind in ("link", "becomes") for item in lead)
        behind = {item.kind for item in tokens[group[-1].index + 1 : group[-1].index + 2]}
        if (
            len(levels) != 1
            or not linked
            or not behind <= _ENDS_RUN
            or not {item.kind for item in lead} <= _FROM_SUBJECTS
            or group[0].in_paren
        ):
            continue
        for slot in group:
            slot.reading, slot.topic, slot.side, slot.reason = "respectively", levels[0], "left", ""
        _each_its_own(group, (token.code, *token.also))


_ENDS_RUN = frozenset((",", ";", "(", ")", "-", "and", "above", "versus", "change", "planref", "according", "period"))
_FROM_SUBJECTS = frozenset(("link", "becomes", "level", "above", "filler", "before", "assess", "reported", "period"))


def _bare_run(tokens: Sequence[Token], group: Sequence[Slot], behind: Sequence[Slot]) -> bool:
    """Whether numbers stand side by side with nothing between them, all shares or all counts, and end there."""
    alike = len({slot.percent for slot in group}) == 1
    close = all(
        {token.kind for token in tokens[slot.index + 1 : after.index]} <= _BETWEEN for slot, after in pairwise(group)
    )
    ends = not behind or not {token.kind for token in tokens[group[-1].index + 1 : behind[0].index]} <= _BETWEEN
    return alike and close and ends


def _side_by_side(tokens: Sequence[Token], slots: Sequence[Slot]) -> list[Slot]:
    """The first numbers of a stretch that have nothing but marks and wholes ("7/52 và 35") between them."""
    run = [*slots[:1]]
    for slot in slots[1:]:
        if not {token.kind for token in tokens[run[-1].index + 1 : slot.index]} <= _WITH_WHOLES:
            break
        run.append(slot)
    return run


_WITH_WHOLES = _BETWEEN | {"/", "number", "before", "filler"}
_FIGURES_ALIKE = tuple(map(fold, ("con số tương ứng", "số liệu tương ứng", "tỷ lệ tương ứng", "tỉ lệ tương ứng")))


def _same_of_another(page: Page, tokens: Sequence[Token], slots: Sequence[Slot]) -> None:
    """ "...; con số tương ứng của năm 2020 là 7/52 và 35": the same numbers of another year, or of other people."""
    for index, token in enumerate(tokens):
        if token.kind != "link" or not page.folded.endswith(_FIGURES_ALIKE, 0, token.end):
            continue
        run = _side_by_side(tokens, [slot for slot in slots if slot.index > index])
        told = [slot for slot in slots if slot.index < index][-len(run) :]
        lead = range(index, run[0].index if run else index)
        year = next((place for place in lead if tokens[place].kind == "period"), -1)
        others = sum(tokens[place].kind == "subject" for place in lead) == 1
        if len(told) < len(run) or any(a.percent != b.percent for a, b in zip(told, run, strict=True)):
            continue
        if year < 0 and not (others and all(isinstance(slot.topic, Level) for slot in told)):
            continue
        for slot, model in zip(run, told, strict=True):
            slot.like, slot.reading, slot.topic, slot.reason = model, "other_period", None, ""
            slot.year_index = year
            if year < 0:
                slot.reading = "other_subject"


def _respectively(page: Page, tokens: Sequence[Token], slots: Sequence[Slot]) -> None:
    """ "lần lượt là a, b, c": zips numbers with the counts, levels or years named before them."""
    for index, token in enumerate(tokens):
        each = token.kind == "link" and page.folded[token.start : token.end] == _EACH
        if token.kind != "respectively" and not each:
            continue
        numbers = [slot for slot in slots if slot.index > index and not slot.in_paren]
        run: list[Slot] = []
        for slot in numbers:
            if run and any(
                item.kind not in (",", ";", "and", "before", "filler", "link")
                for item in tokens[run[-1].index + 1 : slot.index]
            ):
                break
            run.append(slot)
        if len(run) < 2:
            continue
        before = tokens[:index]
        own = before[_segment_start(before, slots) :]
        own = own if any(isinstance(item, Level) for item in own) else before
        levels = [level for item in own if isinstance(item, Level) for level in item.levels]
        told = max((slot.index for slot in slots if slot.index < index and slot.percent), default=-1)
        years = [place for place, item in enumerate(before) if item.kind == "period" and item.code == "year"]
        opening = [place for place in years if place < slots[0].index]
        if own is not before and len(opening) == len(years):
            years = opening  # "năm 2021 và 2022, A lần lượt là a và b; B lần lượt là c và d": the same years again
        elif own is before or page.folded.find(_THESE_YEARS, own[0].start, token.start) < 0:
            years = [place for place in years if place > told]
        named = [
            code for item in (own if any(item.kind == "subject" for item in own) else before) if item.kind == "subject"
            for code in (item.code, *(item.also if isinstance(item, Subject) else ()))
        ]  # fmt: skip
        subjects = list(dict.fromkeys(named)) if told >= 0 else named
        level_token = next((item for item in reversed(before) if isinstance(item, Level)), None)
        if level_token is None and len(years) == len(run):
            level_token = _level_behind(tokens, run)
        counts = [slot for slot in slots if slot.index < index and not slot.percent and isinstance(slot.topic, Level)]
        told_of = {item.kind for item in tokens[counts[-1].after : run[0].index]} if counts else set()
        if len(counts) == len(run) and all(slot.percent for slot in run) and told_of <= _LEADS_TO_SHARES_OF:
            for slot, count in zip(run, counts, strict=True):
                slot.topic, slot.share_of, slot.reading, slot.reason = None, count, "share_of_count", ""
            continue
        if each and (level_token is not None or not page.folded.endswith(_FIGURES_ALIKE, 0, token.end)):
            continue
        for slot in run:
            slot.reading, slot.topic, slot.side, slot.reason = "respectively", level_token, "left", ""
        if len(levels) == len(run) and level_token is not None:
            for slot, level in zip(run, levels, strict=True):
                slot.levels = (level,)
            if len(subjects) == len(set(subjects)) == len(run):
                _each_its_own(run, subjects)
        elif level_token is not None and len(years) == len(run):
            for slot, place in zip(run, years, strict=True):
                slot.year_index = place
            _next_levels(tokens, slots, run, years)
        elif level_token is not None and (spanned := _years_of_span(before, len(run))):
            _year_by_year(tokens, slots, run, spanned)
        elif level_token is not None and len(subjects) == len(run):
            _each_its_own(run, subjects)
        elif level_token is None:
            for number, slot in enumerate(run):
                slot.reading = f"respectively_before:{number}:{len(run)}"
        else:
            for slot in run:
                slot.reason = "ambiguous"


def _level_behind(tokens: Sequence[Token], run: Sequence[Slot]) -> Level | None:
    """ "Năm 2022 và 2023 lần lượt có 18 và 19 chi bộ hoàn thành tốt nhiệm vụ": the level behind the last number."""
    for token in tokens[run[-1].index + 1 :]:
        if isinstance(token, Level):
            for slot in run:
                slot.unit = slot.unit or run[-1].unit
            return token
        if token.kind not in _TO_LEVEL:
            return None
    return None


_TO_LEVEL = frozenset(("subject", "unit", "assess", "filler", "scope"))


def _segment_start(before: Sequence[Token], slots: Sequence[Slot]) -> int:
    """Where the part of a sentence that its last ";" opens begins, if a number stands before that; else 0."""
    marks = [place for place, token in enumerate(before) if token.kind == ";"]
    return marks[-1] if marks and slots[0].index < marks[-1] else 0


def _years_of_span(before: Sequence[Token], length: int) -> list[Period]:
    """ "Từ năm 2021 đến 2023, ... lần lượt là a, b và c": the years of the span named last, if it has so many."""
    span = next((item for item in reversed(before) if isinstance(item, Period) and item.code == "span"), None)
    if span is None or not (span.first[:4].isdecimal() and span.last[:4].isdecimal()) or length < 3:
        return []
    years = [str(year) for year in range(int(span.first[:4]), int(span.last[:4]) + 1)]
    if len(years) != length:
        return []
    return [Period("period", "year", span.start, span.end, year, year) for year in years]


def _year_by_year(tokens: Sequence[Token], slots: Sequence[Slot], run: Sequence[Slot], years: Sequence[Period]) -> None:
    """Gives each number of a run its year, and the numbers of the next levels theirs in the same order."""
    for slot, year in zip(run, years, strict=True):
        slot.year = year
    _next_levels(tokens, slots, run, range(len(years)))
    for at, slot in enumerate(slot for slot in slots if slot.index > run[-1].index and slot.reading == "respectively"):
        slot.year_index, slot.year = -1, years[at % len(years)]


_THESE_YEARS = fold("hai năm này")


def _next_levels(tokens: Sequence[Token], slots: Sequence[Slot], run: Sequence[Slot], years: Sequence[int]) -> None:
    """ "năm 2021 và 2022, số ... lần lượt là 6 và 8; hoàn thành tốt là 29 và 30": the next level in the same years."""
    rest = [slot for slot in slots if slot.index > run[-1].index]
    while len(rest) >= len(years):
        group, rest = rest[: len(years)], rest[len(years) :]
        level = next((token for token in tokens[group[0].zone[0] : group[0].index] if isinstance(token, Level)), None)
        between = [token.kind for slot, after in pairwise(group) for token in tokens[slot.index + 1 : after.index]]
        if level is None or len({slot.segment for slot in group}) > 1 or not set(between) <= {"and", ","}:
            return
        for slot, place in zip(group, years, strict=True):
            slot.reading, slot.topic, slot.side, slot.reason = "respectively", level, "left", ""
            slot.year_index = place


def _each_its_own(run: Sequence[Slot], subjects: Sequence[str]) -> None:
    for slot, code in zip(run, subjects, strict=True):
        slot.unit = Subject("subject", code, slot.figure.start, slot.figure.start)
