"""An article put together: results among sentences that state nothing, a headline, and what tells the province.

Belongs here: the choice and order of pieces. Does not belong here: their wording (the templates and `traps`), markup
(`html`), addresses and days (`pages`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from kpi_pipeline_tests.page_generator.bullets import BULLETS
from kpi_pipeline_tests.page_generator.distributions import DISTRIBUTIONS
from kpi_pipeline_tests.page_generator.hard import may
from kpi_pipeline_tests.page_generator.mixed import MIXED
from kpi_pipeline_tests.page_generator.others import OTHERS
from kpi_pipeline_tests.page_generator.pen import new_tone_marks
from kpi_pipeline_tests.page_generator.places import Body, Home, homes
from kpi_pipeline_tests.page_generator.rarer import RARER
from kpi_pipeline_tests.page_generator.scene import Piece, Scene, Template, prose
from kpi_pipeline_tests.page_generator.several import SEVERAL
from kpi_pipeline_tests.page_generator.tables import TABLES
from kpi_pipeline_tests.page_generator.targets import TARGETS
from kpi_pipeline_tests.page_generator.traps import guests, headline, plain, trap
from kpi_pipeline_tests.page_generator.wider import WIDER

_TRIES = 12
_REGISTERS = (DISTRIBUTIONS, WIDER, RARER, SEVERAL, MIXED, TARGETS, BULLETS, TABLES, OTHERS)
_MAY_FOLLOW = ("Năm ", "Kết thúc năm ", "Trong năm ", "Cuối năm ", "Trong tổng số ", "Tỷ lệ ")
_TELLERS = (
    "Theo đồng chí Trưởng Ban Tổ chức, ",
    "Đồng chí Bí thư cho biết: ",
    "Đồng chí Phó Bí thư Thường trực thông tin: “",
    "Theo số liệu tổng hợp, ",
)
_TOPICS = (
    "Nâng cao chất lượng đánh giá, xếp loại tổ chức đảng, đảng viên",
    "Đánh giá, xếp loại thực chất, không chạy theo thành tích",
    "Chú trọng công tác kiểm điểm cuối năm",
    "Tổng kết công tác xây dựng Đảng",
)


@dataclass(frozen=True)
class Article:
    """A headline and the pieces under it."""

    title: str
    pieces: tuple[Piece, ...]


def templates(hard: bool = False) -> dict[str, Template]:
    """All templates by name; those that extraction is known to misread only with `hard`."""
    every = {name: template for register in _REGISTERS for name, template in register.templates.items()}
    return {name: every[name] for name in sorted(every) if may(name, hard)}


def cues_for(home: Home) -> tuple[str, ...]:
    """What may tell a page's province: the manifest, the host, the text, its dateline, its source line, or nothing."""
    cues = ("manifest", "text", "dateline")
    return (*cues, *(("host", "source_line") if home.hosts else ()), *(() if home.city else ("nothing",)))


def unnamed(body: Body, home: Home) -> Body:
    """The body where nothing on the page names the province."""
    owners = tuple(name for name in body.owners if home.name not in name)
    return replace(body, title=body.title.replace(f" {home.name}", ""), owners=owners)


def _told(piece: Piece) -> set[tuple[object, ...]]:
    """What a piece speaks of, so that a page does not tell the same result twice with other numbers."""
    keys = ("scope", "subject", "indicator", "period_start", "period_end", "modality")
    return {tuple(fact[key] for key in keys) for fact in piece.facts}


def _two_cells(told: set[tuple[object, ...]]) -> bool:
    """Whether a page speaks of both kinds of cells, for which "chi bộ" alone may stand."""
    return {"grassroots_party_cell", "subordinate_party_cell"} <= {subject for _, subject, *_ in told}


def _results(scene: Scene, choice: Sequence[Template], wanted: int) -> list[Piece]:
    pieces: list[Piece] = []
    told: set[tuple[object, ...]] = set()
    for _ in range(_TRIES * wanted):
        piece = scene.rng.choice(choice)(scene)
        if piece is None or told & _told(piece) or (_two_cells(told | _told(piece)) and not scene.may("both_cells")):
            continue
        if piece.kind == "alone":
            if pieces:
                continue
            return [piece]
        told |= _told(piece)
        pieces.append(piece)
        if len(pieces) == wanted:
            break
    return pieces


def _filler(rng: Random, year: int) -> Piece:
    return prose("trap", trap(rng, year), []) if rng.random() < 0.6 else prose("plain", plain(rng), [])


def _with_neighbour(rng: Random, year: int, piece: Piece) -> Piece:
    """A sentence of results in one paragraph with a sentence that states nothing."""
    if piece.kind != "prose" or len(piece.lines) != 1 or not piece.facts:
        return piece
    filler = _filler(rng, year).text
    texts = [filler, piece.text] if rng.random() < 0.5 else [piece.text, filler]
    return replace(piece, lines=(" ".join(texts),))


def _told_by(rng: Random, piece: Piece) -> Piece:
    """A sentence of results in somebody's mouth."""
    text = piece.text
    if piece.kind != "prose" or len(piece.lines) != 1 or not text.startswith(_MAY_FOLLOW):
        return piece
    teller = rng.choice(_TELLERS)
    if "“" in teller:
        return replace(piece, lines=(f"{teller}{text}”",))
    return replace(piece, lines=(f"{teller}{text[0].lower()}{text[1:]}",))


def _around(rng: Random, year: int, results: Sequence[Piece], wanted: int) -> list[Piece]:
    """The results in their order among sentences that state nothing, `wanted` pieces in all or more."""
    pieces = [prose("plain", plain(rng), [])]
    gaps = wanted - len(results) - 1
    for piece in results:
        told = _told_by(rng, piece) if rng.random() < 0.1 else piece
        pieces.append(_with_neighbour(rng, year, told) if rng.random() < 0.25 else told)
        while gaps > 0 and rng.random() < 0.6:
            gaps -= 1
            pieces.append(_filler(rng, year))
    return [*pieces, *(_filler(rng, year) for _ in range(gaps)), prose("plain", plain(rng), [])]


def _with_cue(rng: Random, home: Home, cue: str, pieces: list[Piece]) -> list[Piece]:
    if cue == "text":
        office, place = ("Thành ủy", "thành phố") if home.city else ("Tỉnh ủy", "tỉnh")
        text = f"Thông tin do Văn phòng {office} {home.name} cung cấp cho báo chí {place} {home.name}."
        pieces.insert(1, prose("place", text, []))
    elif cue == "dateline":
        prosaic = [place for place, piece in enumerate(pieces) if piece.kind == "prose"]
        chosen = prosaic[1] if len(prosaic) > 1 and rng.random() < 0.4 else prosaic[0]
        first = pieces.pop(chosen)
        pieces.insert(0, replace(first, lines=(f"{home.name.upper()} - {first.lines[0]}", *first.lines[1:])))
    elif cue == "source_line":
        pieces.append(prose("place", f"Nguồn: https://{rng.choice(home.hosts)}/", []))
    elif cue in ("manifest", "host") and not home.city and rng.random() < 0.3:
        other = rng.choice([place.name for place in homes() if not place.city and place is not home])
        pieces.insert(1, prose("guests", guests(rng, home.name, other), []))
    return pieces


def _respelt(piece: Piece) -> Piece:
    lines = tuple(
        tuple(new_tone_marks(cell) for cell in line) if isinstance(line, tuple) else new_tone_marks(line)
        for line in piece.lines
    )
    return replace(piece, lines=lines)


def write_article(scene: Scene, cue: str, choice: Sequence[Template], n_results: int, n_pieces: int) -> Article:
    """An article of about `n_pieces` pieces with up to `n_results` results; with none it is news of another kind."""
    rng = scene.rng
    results = _results(scene, choice, n_results) if n_results else []
    title = f"{scene.body.title}: {rng.choice(_TOPICS)}" if results else headline(rng)
    for place, piece in enumerate(results):
        if piece.kind == "headed":
            title = str(piece.lines[0])
            results[place] = replace(piece, kind="prose", lines=piece.lines[1:])
    pieces = _around(rng, scene.year, results, n_pieces)
    if results:
        pieces = _with_cue(rng, scene.home, cue, pieces)
    if rng.random() < 0.3:
        pieces, title = [_respelt(piece) for piece in pieces], new_tone_marks(title)
    return Article(title, tuple(pieces))
