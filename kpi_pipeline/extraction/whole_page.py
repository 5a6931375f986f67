"""What only the whole page tells: periods and bodies said elsewhere, headlines, one scale for one distribution.

Belongs here: the last look at all statements. Does not belong here: arithmetic, single sentences.
"""

from collections.abc import Sequence
from itertools import pairwise

from kpi_pipeline.extraction.bodies import Scope
from kpi_pipeline.extraction.layout import Line
from kpi_pipeline.extraction.names import Names
from kpi_pipeline.extraction.statement import NEW_SCALE, Statement
from kpi_pipeline.reference.codes import CLEAN_STRONG, TASK_COMPLETION

_OLD_ONLY = frozenset(("exemplary", "clean_strong", "weak"))
_NEW_ONLY = frozenset(("excellent", "not_completed"))
_SHARED = frozenset(("good", "completed"))
_DISTRIBUTION = 8
"""How many statements a look goes on for: as many as a distribution has numbers, so that no page makes it long."""


def finish(statements: Sequence[Statement], lines: Sequence[Line], names: Names, page_scope: Scope | None) -> None:
    """Settles names, then lets mentions of one statement lend each other what one of them leaves out."""
    _dated_elsewhere(statements, lines)
    for statement in statements:
        if statement.scope in ("province", "national"):
            continue
        place = names.territory(statement.unit_name or "") if statement.scope == "organisation" else None
        if place is not None:
            statement.scope, statement.unit_name = place
        statement.unit_name = names.settled(statement.scope, statement.unit_name)
    _widened_again(statements)
    _assessed_of_all(statements)
    _part_by_another_name(statements)
    _headline(statements, lines, names, page_scope)
    _one_scale(statements)


def _dated_elsewhere(statements: Sequence[Statement], lines: Sequence[Line]) -> None:
    """Gives undated mentions the period of the same statement about the same body elsewhere on the page."""
    undated = [item for item in statements if not item.dated and "period_assumed" in item.flags]
    if not undated:
        return
    dated: dict[tuple[object, ...], list[Statement]] = {}
    for statement in statements:
        yearly = statement.annual and lines[statement.line].role != "title"
        if statement.dated or yearly:
            dated.setdefault(_same_key(statement), []).append(statement)
    for statement in undated if dated else ():
        models = dated.get(_same_key(statement), ())[:_DISTRIBUTION]
        model = next((model for model in models if _same_body(statement, model)), None)
        if model is not None:
            statement.first, statement.last, statement.annual = model.first, model.last, model.annual
            statement.flags.discard("period_assumed")


def _same_body(mention: Statement, model: Statement) -> bool:
    """Whether two statements are about one body; a mention that names none may be about any."""
    return not mention.evidence or (mention.scope, mention.unit_name) == (model.scope, model.unit_name)


def _widened_again(statements: Sequence[Statement]) -> None:
    """What the page has shown to be cumulative is so wherever it is said again, a share with its count.

    A count may be small, so it is the same one only where the same body is named. Nothing is cumulative beside a
    number of its sentence for the better level alone: the two are parts of one distribution.
    """
    wide = {_said(item): item for item in statements if item.measure != "total" and "cumulative" in item.flags}
    again: set[int] = set()
    beside = _side_by_side(statements) if wide else {}
    for item in statements if wide else ():
        model = wide.get(_said(item))
        if model is None or not set(item.levels) < set(model.levels) or not _same_body(item, model):
            continue
        if item.measure == "count" and (item.scope, item.unit_name) != (model.scope, model.unit_name):
            continue
        if (set(model.levels) - set(item.levels)) & beside.get(_in_sentence(item), set()):
            continue
        item.levels = model.levels
        if item.owner is not None:
            item.owner.levels = model.levels
        again.add(id(item))
    for share in statements if again else ():
        if share.owner is not None and id(share.owner) in again:
            share.levels = share.owner.levels


def _in_sentence(item: Statement) -> tuple[int, str, str, str]:
    return item.sentence, item.subject, item.indicator, item.modality


def _side_by_side(statements: Sequence[Statement]) -> dict[tuple[int, str, str, str], set[str]]:
    """The levels that have a number of their own in a sentence, not as a part of another number."""
    levels: dict[tuple[int, str, str, str], set[str]] = {}
    for item in statements:
        if len(item.levels) == 1 and not item.within and item.parent is None:
            levels.setdefault(_in_sentence(item), set()).update(item.levels)
    return levels


def _said(item: Statement) -> tuple[str, str, str, str, str, float]:
    return item.subject, item.indicator, item.measure, item.modality, (item.last or "")[:4], item.value


def _assessed_of_all(statements: Sequence[Statement]) -> None:
    """ "trong tổng số M tổ chức có N được đánh giá": M is how many there are, N the total of the rating."""
    for whole, rated in pairwise(statements):
        if whole.measure != "total" or rated.measure != "total" or whole.value <= rated.value:
            continue
        if (whole.sentence, whole.subject, whole.scope, whole.unit_name) != (
            rated.sentence, rated.subject, rated.scope, rated.unit_name,
        ) or whole.reading != "total":  # fmt: skip
            continue
        whole.indicator, whole.measure, whole.reading = "population", "count", "population"
        whole.first, whole.annual = whole.last, False


def _part_by_another_name(statements: Sequence[Statement]) -> None:
    """ "32 cơ sở đảng, gồm: 06 cơ sở ...; 25 cơ sở ...; yếu kém 01 chi bộ": a cell that completes the total is one."""
    for place, odd in enumerate(statements):
        if (odd.subject, odd.measure, odd.within) != ("subordinate_party_cell", "count", False) or not odd.levels:
            continue
        near = [item for item in statements[max(0, place - 2 * _DISTRIBUTION) : place] if item.subject == _GRASSROOTS]
        total = next((item for item in reversed(near) if item.measure == "total"), None)
        parts = [item for item in near if item.sentence == odd.sentence and item.measure == "count" and item.levels]
        if total is None or odd.sentence - total.sentence > 1 or len(parts) < 2 or any(item.within for item in parts):
            continue
        if sum(item.value for item in parts) + odd.value == total.value:
            odd.subject = _GRASSROOTS
            for share in statements[place + 1 : place + 3]:
                share.subject = _GRASSROOTS if share.owner is odd else share.subject


_GRASSROOTS = "grassroots_party_organisation"


def _one_scale(statements: Sequence[Statement]) -> None:
    """The levels of one distribution, and its total, are on one scale."""
    for place, statement in enumerate(statements):
        if statement.indicator != CLEAN_STRONG or not set(statement.levels) & _OLD_ONLY or _none_left(statement):
            continue
        near = (
            [*reversed(statements[max(0, place - _DISTRIBUTION) : place])],
            statements[place + 1 : place + 1 + _DISTRIBUTION],
        )
        if (statement.first or "")[:4] >= NEW_SCALE and (statement.sentence, statement.segment) in _on_new_scale(
            near[0], statement.subject
        ):
            continue  # "8 ... xuất sắc, trong đó 3 ... trong sạch, vững mạnh tiêu biểu": a title, not the scale
        for others in near:
            newer = _on_new_scale(others, statement.subject)
            for other in others:
                if abs(other.line - statement.line) > _reach(statement):
                    break
                if other.subject != statement.subject or (other.sentence, other.segment) in newer:
                    continue
                if (other.first, other.last, other.scope) != (statement.first, statement.last, statement.scope):
                    break
                shared = set(other.levels) <= _SHARED or not other.levels
                if other.indicator == TASK_COMPLETION and shared and (other.base == statement.base or not other.levels):
                    other.indicator = CLEAN_STRONG


def _none_left(statement: Statement) -> bool:
    """ "không còn chi bộ yếu kém" of a year since 2018: a word of the old scale that rates nobody."""
    return statement.reading == "zero" and (statement.first or "")[:4] >= NEW_SCALE


def _on_new_scale(statements: Sequence[Statement], subject: str) -> set[tuple[int, int]]:
    """Sentence and segment of those statements about a subject that have a level of the scale since 2018 alone."""
    return {
        (other.sentence, other.segment)
        for other in statements
        if other.subject == subject and other.indicator == TASK_COMPLETION and _NEW_ONLY & set(other.levels)
    }


def _headline(statements: Sequence[Statement], lines: Sequence[Line], names: Names, page_scope: Scope | None) -> None:
    """A headline that names no body takes the scope, and a cumulative level, of the sentence it repeats."""
    for statement in statements:
        if not statement.evidence and page_scope is not None and statement.scope == "province":
            statement.scope, statement.unit_name = page_scope.code, page_scope.name or names.say(page_scope.code, None)
            statement.province = page_scope.province
    heads = [statement for statement in statements if lines[statement.line].role == "title" and statement.levels]
    if not heads:
        return
    told: dict[tuple[str, str, float, str], list[Statement]] = {}
    for statement in statements:
        if statement.evidence and len(known := told.setdefault(_told(statement), [])) < _DISTRIBUTION:
            known.append(statement)
    generic = [statement for statement in heads if statement.subject == "agency"]
    for statement in generic[:_DISTRIBUTION]:
        same = {
            other.subject
            for other in statements
            if (other.line > statement.line and other.levels == statement.levels)
            and (other.measure, other.value, other.last) == (statement.measure, statement.value, statement.last)
        }
        if len(same) == 1:
            statement.subject = same.pop()
    for statement in heads:
        aims = told.get((*_told(statement)[:-1], "target"), ()) if statement.modality == "actual" else ()
        if aims and not statement.evidence and not told.get(_told(statement)):
            statement.take_body(aims[0])
            statement.modality, statement.annual = aims[0].modality, aims[0].annual
            statement.first, statement.last = aims[0].first, aims[0].last
        for other in told.get(_told(statement), ()):
            elsewhere = statement.evidence and (other.scope, other.unit_name) != (statement.scope, statement.unit_name)
            if other.line > statement.line and not elsewhere and set(statement.levels) <= set(other.levels):
                statement.take_body(other)
                statement.levels = other.levels
                if statement.total is not None:
                    statement.total.take_body(other)
                break


def _same_key(statement: Statement) -> tuple[object, ...]:
    return (
        statement.subject, statement.indicator, statement.measure, statement.value, statement.levels,
        statement.modality,
    )  # fmt: skip


def _told(statement: Statement) -> tuple[str, str, float, str]:
    return statement.subject, statement.measure, statement.value, statement.modality


def _reach(statement: Statement) -> int:
    """How many lines the distribution of a statement may span: more where each cell of a table has a line."""
    return 24 if statement.reading == "table" else 4
