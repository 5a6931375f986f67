"""The page being written: who it speaks of, of which year, in which spelling; and the pieces it is put together from.

Belongs here: what all templates share, and the register of templates. Does not belong here: any template.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from kpi_pipeline_tests.page_generator.facts import Kind, Rating, Record, kinds_of, make_rating, pick_levels
from kpi_pipeline_tests.page_generator.hard import PHRASES, may
from kpi_pipeline_tests.page_generator.pen import Pen, capital
from kpi_pipeline_tests.page_generator.places import Body, Home, make_body

Row = tuple[str, ...]
_PARTY = ("Đảng bộ", "toàn Đảng bộ")


@dataclass(frozen=True)
class Piece:
    """A part of an article: lines of one kind ("prose", "list" or "table" with rows as cells) and what they state."""

    template: str
    kind: str
    lines: tuple[str | Row, ...]
    facts: tuple[Record, ...] = ()

    @property
    def text(self) -> str:
        """The lines as extraction may see them, cells of a row joined by bars."""
        return "\n".join(" | ".join(line) if isinstance(line, tuple) else line for line in self.lines)


@dataclass
class Scene:
    """What the templates of one page draw from. `province` is the code its facts carry, None where nothing tells it."""

    rng: Random
    pen: Pen
    home: Home
    province: str | None
    body: Body
    year: int
    published_on: str
    hard: bool = False

    def may(self, shape: str) -> bool:
        """Whether the page may use a shape that extraction may be known to misread (`hard`)."""
        return may(shape, self.hard)

    def rating(
        self,
        n_levels: int = 0,
        kind: Kind | None = None,
        body: Body | None = None,
        year: int | None = None,
        levels: tuple[str, ...] = (),
    ) -> Rating:
        """A rating of the page's body in the page's year unless told otherwise."""
        body = body or self.body
        year = year or self.year
        kind = kind or self.rng.choice(self.kinds(body, year))
        levels = levels or pick_levels(self.rng, kind, year, n_levels)
        return make_rating(self.rng, body, kind, year, self.province, levels)

    def kinds(self, body: Body | None = None, year: int | None = None) -> tuple[Kind, ...]:
        """What may be counted in a body (the page's) of a year (the page's)."""
        kinds = kinds_of(body or self.body, year or self.year, self.home.city)
        return tuple(
            replace(
                kind, names=tuple(filter(self._may_say, kind.names)), nouns=tuple(filter(self._may_say, kind.nouns))
            )
            for kind in kinds
        )

    def _may_say(self, name: str) -> bool:
        return all(self.may(shape) for phrase, shape in PHRASES if phrase in name)

    def percent(self, rating: Rating, count: int) -> tuple[float, str]:
        """A share as a fact and as written: with more digits where the page's would make a part nothing or all."""
        digits = self.pen.digits
        value = rating.share(count, digits)
        while digits < 2 and (value == 0 or (value == 100 and count < rating.total)):
            digits += 1
            value = rating.share(count, digits)
        return value, self.pen.share(value, digits)

    def other_body(self, scope: str) -> Body:
        """Another body of the same province."""
        return make_body(self.rng, self.home, scope)

    def owner(self, rating: Rating) -> str:
        """How a sentence names whose rating it is: governments and offices belong to no party committee."""
        names = rating.body.owners
        if not rating.kind.party_organisation and rating.kind.code != "party_member":
            names = tuple(name for name in names if not name.startswith(_PARTY)) or names
        return self.rng.choice(names)

    def lead(self, rating: Rating, have: str = "có ") -> str:
        """The opening of a sentence that names year and body, up to the first number."""
        owner, year = self.owner(rating), rating.year
        return self.rng.choice(
            (
                f"Năm {year}, {owner} {have}",
                f"{capital(owner)} năm {year} {have}",
                f"Kết thúc năm {year}, {owner} {have}",
                f"Qua đánh giá, xếp loại năm {year}, {owner} {have}",
                f"Kết quả đánh giá, xếp loại năm {year}, {owner} {have}",
                f"Trong năm {year}, {owner} {have}",
                f"Cuối năm {year}, qua kiểm điểm, đánh giá, xếp loại, {owner} {have}",
                f"Theo báo cáo tổng kết công tác xây dựng Đảng năm {year}, {owner} {have}",
                f"Năm {year}, theo kết quả đánh giá của cấp có thẩm quyền, {owner} {have}",
            )
        )


Template = Callable[[Scene], Piece | None]


class Register:
    """Templates by name, with the years and the difficulty they are for."""

    def __init__(self) -> None:
        self.templates: dict[str, Template] = {}

    def __call__(self, function: Template) -> Template:
        self.templates[function.__name__] = function
        return function


def prose(template: str, text: str, facts: Sequence[Record]) -> Piece:
    """A paragraph."""
    return Piece(template, "prose", (text,), tuple(facts))
