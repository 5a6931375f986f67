"""From bound numbers to statements: which indicator and measure a number states, sentence by sentence.

Belongs here: the decision what a slot says, using the carried state. Does not belong here: reading inside a
clause (binding), the sources of what is left out (carry), arithmetic.
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction import whole_page
from kpi_pipeline.extraction.aims import AimKeeper
from kpi_pipeline.extraction.bare_names import DOES, LISTS, listed, opens_with
from kpi_pipeline.extraction.beside import with_rises
from kpi_pipeline.extraction.binding import SentenceReader
from kpi_pipeline.extraction.bodies import NAMING, RANK, Scope, is_compared, scopes_of, without_names
from kpi_pipeline.extraction.carry import (
    REMEMBERED,
    choose_scope,
    may_hold,
    may_name_managed,
    names_managed,
    remember,
    without_members,
)
from kpi_pipeline.extraction.clauses import NUMBERED, Sentence, with_plans, without_bars
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import SLOGAN, Level
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.slots import Slot, kinds_of
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.subjects import resolve_subject
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.extraction.thresholds import is_of_several, is_ruled, quotes_rule
from kpi_pipeline.extraction.tiers import TWO_TIERS, with_tiers
from kpi_pipeline.reference.codes import CLEAN_STRONG, TASK_COMPLETION

_OPENING, _DISTRIBUTION, _OF_LINE, _NEAR = 3, 8, 24, 60
_RATED = frozenset(("assess", "scale", "level"))
_PARTY = re.compile(r"đảng|chi bộ|(?:tỉnh|thành|huyện|thị|quận) ủy|ban thường vụ|ban chấp hành")
_TIED = frozenset(("link", "have", ":"))
_TIES = _TIED | {"before", "filler"}
_REPEATS = ("other_period", "other_scope", "part", "target_beside", "result_beside")
_BESIDE = ("target_beside", "share_again", "share_of_count", "other_period", "ratio")


class Reader(AimKeeper):
    """Walks through the sentences of one page; collects `statements` and, by offset, `reasons` for the rest."""

    def survey(self, stream: Sequence[Token]) -> None:
        """What the whole page tells: the latest named term, the first plain year, whether managers may be named."""
        self._may_manage = may_name_managed(self.page)
        for token in stream:
            if isinstance(token, Period):
                if token.congress and token.code == "span":
                    self.state.add_congress(token.first[:4], token.last[:4])
                if token.term and (self.state.page_term is None or token.last > self.state.page_term[1]):
                    self.state.page_term = (token.first, token.last)
                if token.code == "months" and token.first[:4].isdigit() and not self.state.page_year:
                    self.state.page_year = token.first[:4]
                aside = token.versus or token.plan or self._in_brackets(token.start)
                if token.code == "year" and not aside and not self.state.page_year:
                    self.state.page_year = token.first

    def _in_brackets(self, place: int) -> bool:
        """Whether brackets are open at a place."""
        near = self.page.text[max(0, place - _NEAR) : place]
        return near.rfind("(") > near.rfind(")")

    def read(self, number: int, sentence: Sentence) -> None:
        """Reads one sentence and moves the state on."""
        self._number = number
        self._enter(sentence.line)
        tokens = sentence.tokens
        self.kinds = kinds_of(tokens) if sentence.kinds is None else sentence.kinds
        if self.lines[sentence.line].role == "table":
            self._cells(number, sentence)
            return
        if not tokens:
            return
        self.spoken = (sentence.start, sentence.end)
        if self._may_manage and not self.state.managed:
            self.state.managed = names_managed(self.page, *self.spoken)
        if not self.kinds.isdisjoint(_RATED):
            self.rated_line = sentence.line
        self._settle_modality(tokens)
        scopes: list[tuple[int, Scope]] = []
        if not self.kinds.isdisjoint(NAMING):
            scopes = self._named(tokens, scopes_of(self.page, tokens, sentence.end, self.home, self.places))
        if self.kinds >= LISTS or not self.kinds.isdisjoint(DOES):
            scopes = self._opened_by(tokens, scopes)
        if scopes:
            tokens = without_names(self.page, tokens, scopes)
        tokens = with_plans(self.page, tokens) if "target" in self.kinds else tokens
        if "subject" in self.kinds and (self.state.day or "") >= TWO_TIERS:
            tokens = with_tiers(self.page, tokens, self.state)
        tokens = with_rises(self.page, tokens) if "change" in self.kinds else tokens
        tokens = without_bars(self.page, tokens) if "rule" in self.kinds else tokens
        if tokens is not sentence.tokens:
            self.kinds = kinds_of(tokens)
        slots = [] if self.kinds.isdisjoint(NUMBERED) else SentenceReader(self.page, tokens, self.kinds).read()
        if slots:
            scopes = without_members(self.page, tokens, slots, scopes)
            self._numbers(number, Sentence(sentence.start, sentence.end, sentence.line, tokens), slots, scopes)
        self._after(sentence, tokens, slots, scopes)

    def _enter(self, row: int) -> None:
        """Moves to the line of a sentence; a new line goes on with what was said only where it belongs to a list."""
        if row == self.line:
            self.continued = True
            return
        self.continued = self._opened or self._unfinished(row) or (self.continued and self._goes_on(row))
        if not self.continued:
            self._leave_compared()
        self.line = row
        if not self.continued:
            self.state.scope, self.state.modality, self.state.annual = None, "actual", False

    def _leave_compared(self) -> None:
        """At the end of a line, goes back from an earlier year told last to the one its results began with."""
        if not self.statements:
            return
        state = self.state
        made = [item for item in self.statements[-_OF_LINE:] if item.line == self.line and item.modality == "actual"]
        year = next((item.first for item in made if item.levels and item.first == item.last), None) or ""
        if state.period_line == self.line and state.first == state.last < year and made[-1].last == state.last:
            state.first = state.last = year

    def _after(
        self, sentence: Sentence, tokens: Sequence[Token], slots: Sequence[Slot], scopes: Sequence[tuple[int, Scope]]
    ) -> None:
        """Takes from a sentence what the next ones may need."""
        state = self.state
        if not self.kinds.isdisjoint(REMEMBERED):
            remember(self.page, tokens, sentence.start, sentence.line, state)
        made = bool(self.statements) and self.statements[-1].sentence == self._number
        if made or (scopes and not (slots and len({scope.name for _, scope in scopes}) > 1)):
            self._leave_scope(scopes)
        if made:
            last = self._main_statement()
            state.modality, state.annual = last.modality, last.annual
        elif slots and "period" in self.kinds and any(t.kind == "period" and self._is_until(t) for t in tokens):
            self._until = self._number
        self._leave_aims(sentence, tokens, slots, made)

    def _leave_scope(self, scopes: Sequence[tuple[int, Scope]]) -> None:
        """Leaves a sentence's body for the next ones."""
        state = self.state
        own = self._moves_to(scopes)
        if own is not None and own.code == "national" and self._rates_other():
            return
        if own is not None:
            state.scope = own
            if state.page_scope is None and not (own.part or is_compared(self.page, own) or self._is_aside(own)):
                state.page_scope = own
            return
        first = scopes[0][1] if scopes else self.counted_scope
        if first is not None and first is not self.counted_scope and not (first.part or first.code == "national"):
            state.cited_scope = state.cited_scope or first

    def _rates_other(self) -> bool:
        """ "đạt 20%, trong khi bình quân cả nước là 17,3%": whether the sentence rates another body too."""
        made = (item for item in self.statements[-_DISTRIBUTION:] if item.sentence == self._number)
        return any(item.levels and item.scope != "national" for item in made)

    def _is_aside(self, body: Scope) -> bool:
        """Whether an office, no party's, is named in a sentence without a rating, behind ratings of the text, or the
        whole country behind ratings of a body that need not be named ("..., trong khi bình quân cả nước là 17,3%")."""
        if body.code == "national":
            return any(item.levels and not item.evidence for item in self.statements[-_DISTRIBUTION:])
        made = any(item.sentence == self._number for item in self.statements[-1:])
        if made or body.code != "organisation" or _PARTY.match(body.words.lower()):
            return False
        return any(item.levels and self.lines[item.line].role != "title" for item in self.statements)

    def _does_other(self, body: Scope) -> bool:
        """ "Công an tỉnh khởi tố 15 vụ ...": an office inside a paragraph, that other numbers are told of."""
        if self.state.page_scope is None or body.code != "organisation" or not self.continued:
            return False
        aside = "number" in self.kinds and self.kinds.isdisjoint(_RATED)
        return aside and not _PARTY.match(body.words.lower())

    def _moves_to(self, scopes: Sequence[tuple[int, Scope]]) -> Scope | None:
        """The body that a sentence leaves for the next ones: the one it rates, else one it opens with.

        A body around the one that the page is about is left only by a sentence that rates it.
        """
        known = self.state.any_scope()
        made = [item for item in self.statements[-_DISTRIBUTION:] if item.sentence == self._number]
        if made:
            own = self.counted_scope
            if own is None or not any(may_hold(own, item.subject) for item in made):
                return None
            around = known is not None and RANK[own.code] < RANK[known.code]
            return None if around and not any(item.levels for item in made) else own
        for index, scope in scopes:
            around = known is not None and RANK[scope.code] < RANK[known.code]
            if not scope.cited and not around and (index <= _OPENING or (known is None and not scope.part)):
                return None if self._does_other(scope) else scope
        return None

    def _main_statement(self) -> Statement:
        """The sentence's last statement that is no target beside a result ("97,4%, so với nghị quyết là 95%")."""
        for statement in reversed(self.statements):
            if statement.sentence != self._number:
                break
            beside = "share_again" if statement.modality == "actual" and self._aims(statement.sentence) else _BESIDE
            if not statement.reading.startswith(beside) or (beside is _BESIDE and statement.modality == "actual"):
                return statement
        return self.statements[-1]

    def _aims(self, number: int) -> bool:
        """Whether the first statement of the sentence read last is a target."""
        made = [item for item in self.statements[-_DISTRIBUTION:] if item.sentence == number]
        return bool(made) and made[0].modality == "target"

    def _numbers(self, number: int, sentence: Sentence, slots: list[Slot], scopes: Sequence[tuple[int, Scope]]) -> None:
        tokens = sentence.tokens
        known = self.state.any_scope()
        chosen = choose_scope(tokens, slots, scopes, self.state) if scopes else {}
        owners = [scope for scope in chosen.values() if scope is None or not scope.part] or [*chosen.values()]
        self.counted_scope = next((scope for scope in owners if scope is not None), None) if scopes else known
        made: dict[int, Statement] = {}
        scales = self._scales_of(tokens, slots)
        for slot in slots:
            figure = slot.figure
            if isinstance(figure, Figure) and figure.part is not None:
                continue
            statement = self._statement(number, sentence, slot, slots, made, scales[slot.segment])
            if statement is None:
                self.reasons[figure.start] = slot.reason or "no_subject"
                if isinstance(figure, Figure) and figure.total is not None:
                    self.reasons[figure.total.start] = self.reasons[figure.start]
                continue
            made[slot.index] = statement
            self._place(statement, slot, chosen.get(slot.index) if scopes else known)
            self.statements.append(statement)
            if isinstance(figure, Figure) and figure.total is not None:
                self._second_number(statement, slot, figure.total, tokens)
        self._distribution(list(made.values()))

    def _statement(
        self, number: int, sentence: Sentence, slot: Slot, slots: Sequence[Slot], made: dict[int, Statement], scale: str
    ) -> Statement | None:
        tokens = sentence.tokens
        if slot.reason:
            return None
        if slot.percent and self._of_plan(tokens, slot):
            slot.reason = "plan_ratio"
            return None
        if not slot.percent and self._is_decimal(slot) and not self._lost_percent(tokens, slot):
            slot.reason = "other_indicator"
            return None
        if is_ruled(self.page, tokens, self.kinds, slot) or quotes_rule(self.page, tokens, self.kinds):
            slot.reason = "threshold"
            return None
        if is_of_several(self.page, slot, slots):
            slot.reason = "threshold"
            return None
        if slot.share_of is not None:
            return self._share(number, sentence, slot, made)
        if slot.like is not None and slot.reading in _REPEATS:
            return self._like(number, sentence, slot, made.get(slot.like.index))
        if slot.like is not None and slot.reading == "other_subject":
            statement = self._like(number, sentence, slot, made.get(slot.like.index))
            if statement is not None:
                statement.subject = resolve_subject(self.page, tokens, slot, slots, self.state)
            return statement
        if slot.reading.startswith("respectively_before"):
            return self._as_before(number, sentence, slot, slots)
        topic = slot.topic
        if topic is not None and topic.kind in ("trap", "planpart", "rule"):
            slot.reason = topic.code if topic.kind != "rule" else "threshold"
            if topic.code == SLOGAN and topic.start != slot.figure.end + 1:
                slot.reason = "other_indicator"  # what follows the name of a movement counts in it
            return None
        if topic is None and self._trapped(tokens, slot):
            return None
        if isinstance(topic, Level) and self._trapped(tokens, slot):
            return None
        if self._is_total(tokens, slot, slots):
            return self._total(number, sentence, slot, slots, scale)
        if isinstance(topic, Level):
            return self._rating(number, sentence, slot, slots, made, topic, scale)
        if topic is not None and topic.kind == "same":
            return self._same(number, sentence, slot, slots)
        if topic is not None and topic.kind == "indicator":
            return self._indicator(number, sentence, slot, slots, made, topic)
        if topic is None and not slot.percent and self._new_members(slot):
            return self._indicator(
                number, sentence, slot, slots, made, Token("indicator", "party_members_admitted", 0, 0)
            )
        if topic is None and slot.percent and self._assessed_at_all(tokens, slot):
            return self._part_assessed(number, sentence, slot, slots)
        if topic is None and slot.percent and slot.unit is None and self._other_body(tokens, slot):
            return self._like(number, sentence, slot, self._share_told())
        again = self._same_share(number, sentence, slot, slots) if topic is None else None
        return again or self._population(number, sentence, slot, slots)

    def _share_told(self) -> Statement | None:
        """The share that the rating told last stands in, or was told with."""
        last = self.last_rating
        near = self.statements[-_DISTRIBUTION:] if last is not None and last.measure == "count" else []
        return next((item for item in reversed(near) if item.owner is last and item.measure == "share"), last)

    def _other_body(self, tokens: Sequence[Token], slot: Slot) -> bool:
        """ "Dẫn đầu là Đảng bộ huyện X với tỷ lệ 96,8%": the statement before, of another body."""
        low, _ = slot.zone
        kinds = [token.kind for token in tokens[low : slot.index]]
        bodies = [place for place, kind in enumerate(kinds) if kind in ("scope", "orgname")]
        if not bodies or not self.continued or slot.stranger or kinds[bodies[-1] - 1 : bodies[-1]] == ["masked"]:
            return False
        behind = kinds[bodies[-1] + 1 :]
        tied = behind[behind[:1] == ["word"] :]
        return not _TIED.isdisjoint(tied) and _TIES.issuperset(tied)

    def _place(self, statement: Statement, slot: Slot, scope: Scope | None) -> None:
        if scope is not None:
            statement.province, statement.evidence = scope.province, f"text: {scope.words}"
            around = self.state.page_scope
            body = scope if around is None or may_hold(scope, statement.subject) else around
            if may_hold(body, statement.subject):
                statement.scope, statement.unit_name = body.code, self._name_of(body)
        for other in self.statements[-4:]:
            if other.figure is statement.figure and other is not statement:
                other.take_body(statement)
        rated = statement.indicator in (TASK_COMPLETION, CLEAN_STRONG) and bool(statement.levels)
        if rated and (statement.measure != "share" or statement.owner is None):
            self.last_rating = statement
        if statement.owner is not None and statement.dated == statement.owner.dated:
            statement.take_body(statement.owner)

    def _named(self, tokens: Sequence[Token], scopes: Sequence[tuple[int, Scope]]) -> list[tuple[int, Scope]]:
        """Takes the names of bodies; the bare name of a territory said before stands for it."""
        known: list[tuple[int, Scope]] = []
        for index, scope in scopes:
            if scope.code == "province" and self.home.municipality and self._of_city_within(scope):
                scope = scope._replace(code="district")  # noqa: PLW2901
            territory = self.names.territory(scope.name) if scope.code == "organisation" and scope.name else None
            if territory is not None:
                scope = scope._replace(code=territory[0], name=territory[1])  # noqa: PLW2901
            elif scope.code == "organisation" and scope.name is None and scope.words.lower() == "chi bộ":
                if self.state.cell is None and not self._speaks(tokens, index):
                    continue
                scope = self.state.cell or scope  # noqa: PLW2901
            if scope.name is not None and scope.words.lower().startswith("chi bộ "):
                self.state.cell = scope
            if scope.name is not None and not scope.cited:
                self.names.say(scope.code, scope.name)
            known.append((index, scope))
        return known

    def _of_city_within(self, scope: Scope) -> bool:
        """Whether "toàn thành phố" is a city inside the municipality that the page named last."""
        within = self.names.say("district", None)
        return scope.province is None and within is not None and within.startswith("thành phố ")

    def _opened_by(self, tokens: Sequence[Token], scopes: list[tuple[int, Scope]]) -> list[tuple[int, Scope]]:
        """The bodies of a sentence with those that it tells by a bare name alone."""
        bare = listed(self.page, tokens, self.names, self.places) if self.kinds >= LISTS else []
        if not self.kinds.isdisjoint(DOES):
            opener = opens_with(self.page, tokens, self.names, self.places, self.state.any_scope())
            if opener is not None and (not scopes or opener[0] < scopes[0][0]):
                bare.insert(0, opener)
        if not bare:
            return scopes
        self.assumed.update((scope.code, scope.name) for _, scope in bare if scope.assumed)
        return sorted([*bare, *scopes], key=lambda item: item[0])

    def _speaks(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether "Chi bộ" opens a sentence about itself though no cell was named ("Chi bộ có 58 đảng viên")."""
        return index == 0 and len(tokens) > 1 and tokens[1].kind == "have"

    def _distribution(self, statements: Sequence[Statement]) -> None:
        """Keeps the scale and the order of levels for a later "tương ứng"."""
        if len(statements) < 2:
            return
        single = [each for each in statements if len(each.levels) == 1 and each.measure != "total"]
        counts = [each for each in single if each.measure == "count"] or single
        levels = tuple(dict.fromkeys(each.levels[0] for each in counts if each.indicator == counts[0].indicator))
        if len(levels) > 1:
            self.state.distribution = (counts[0].indicator, levels)

    def finish(self, statements: Sequence[Statement]) -> None:
        """The last look at all statements of the page."""
        whole_page.finish(statements, self.lines, self.names, self.state.page_scope)
        for statement in statements if self.assumed else ():
            if (statement.scope, statement.unit_name) in self.assumed:
                statement.flags.add("scope_assumed")
