"""Results in tables.

Belongs here: templates whose lines are rows of cells under a caption. Does not belong here: bullet lists (`bullets`);
markup (`html`).
"""

from kpi_pipeline_tests.page_generator.facts import LAST_OLD_YEAR, Kind, Rating, Record
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.places import Body
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Row, Scene

TABLES = Register()


def _caption(scene: Scene, name: str, year: int | None) -> str:
    when = f" năm {year}" if year else ""
    return scene.rng.choice(
        (
            f"Kết quả xếp loại {name}{when} của {scene.body.title}",
            f"Bảng tổng hợp kết quả xếp loại {name}{when} {scene.body.title}",
        )
    )


@TABLES
def table_of_levels(scene: Scene) -> Piece:
    """Levels as rows; columns count and share; a total row."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating()
    rows: list[str | Row] = [_caption(scene, rng.choice(rating.kind.names), rating.year)]
    rows.append(("STT", "Mức xếp loại", "Số lượng", "Tỷ lệ (%)"))
    facts: list[Record] = []
    for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True), 1):
        share, percent = scene.percent(rating, count)
        rows.append(
            (str(place), capital(pen.level(level)), pen.count(count, False), percent.rstrip("% ").replace(", ", ","))
        )
        facts += [rating.fact("count", count, level), rating.fact("share", share, level)]
    if rng.random() < 0.6:
        rows.append(("", "Tổng cộng", pen.count(rating.total, False), "100"))
        facts.append(rating.fact("total", rating.total))
    return Piece("table_of_levels", "table", tuple(rows), tuple(facts))


@TABLES
def table_of_years(scene: Scene) -> Piece:
    """Years as rows, levels as columns, counts or shares."""
    rng, pen = scene.rng, scene.pen
    kind = rng.choice(scene.kinds())
    last = scene.year
    first = max(last - rng.randint(1, 2), 2018) if last >= 2018 else last - 1
    base = scene.rating(0, kind)
    shares = rng.random() < 0.5
    name = rng.choice(kind.names) + (" (%)" if shares else "")
    rows: list[str | Row] = [_caption(scene, name, None).replace(" (%)", "") + (" (%)" if shares else "")]
    total = not shares and rng.random() < 0.6
    head = ["Năm", *(["Tổng số được xếp loại"] if total else []), *(capital(pen.level(level)) for level in base.levels)]
    rows.append(tuple(head))
    facts: list[Record] = []
    for year in range(first, last + 1):
        rating = scene.rating(kind=kind, year=year, levels=base.levels)
        cells = [str(year)]
        if total:
            cells.append(pen.count(rating.total, False))
            facts.append(rating.fact("total", rating.total))
        for level, count in zip(rating.levels, rating.counts, strict=True):
            share, percent = scene.percent(rating, count)
            cells.append(percent.rstrip("% ").replace(", ", ",") if shares else pen.count(count, False))
            facts.append(rating.fact("share", share, level) if shares else rating.fact("count", count, level))
        rows.append(tuple(cells))
    return Piece("table_of_years", "table", tuple(rows), tuple(facts))


@TABLES
def table_of_units(scene: Scene) -> Piece | None:
    """Districts as rows, levels as columns: every cell is of that district."""
    if scene.body.scope != "province":
        return None
    rng, pen = scene.rng, scene.pen
    kind = rng.choice([kind for kind in scene.kinds() if kind.code in
                       ("party_member", "grassroots_party_organisation")])  # fmt: skip
    small = type(kind)(kind.code, kind.names, kind.nouns, 30, 90, kind.party_organisation)
    if kind.code == "party_member":
        small = type(kind)(kind.code, kind.names, kind.nouns, 1500, 9000)
    base = scene.rating(3, small)
    rows: list[str | Row] = [_caption(scene, rng.choice(kind.names), scene.year)]
    rows.append(("TT", "Đơn vị", *(capital(pen.level(level)) for level in base.levels)))
    facts: list[Record] = []
    seen: set[str] = set()
    for place in range(1, rng.randint(3, 6)):
        body = scene.other_body("district")
        if body.title in seen:
            continue
        seen.add(body.title)
        rating = scene.rating(kind=small, body=body, levels=base.levels)
        rows.append((str(place), body.title, *(pen.count(count, False) for count in rating.counts)))
        facts += [rating.fact("count", count, level) for level, count in zip(rating.levels, rating.counts, strict=True)]
    return Piece("table_of_units", "table", tuple(rows), tuple(facts))


@TABLES
def table_of_subjects(scene: Scene) -> Piece | None:
    """Subjects as rows, levels as columns, with their totals."""
    rng, pen = scene.rng, scene.pen
    if scene.year <= LAST_OLD_YEAR:
        return None
    kinds = {kind.code: kind for kind in scene.kinds()}
    codes = rng.sample(sorted(kinds), min(len(kinds), 3))
    n_levels = rng.randint(3, 4)
    base = scene.rating(n_levels, kinds[codes[0]])
    rows: list[str | Row] = [f"Kết quả đánh giá, xếp loại năm {scene.year} của {scene.body.title}"]
    rows.append(("TT", "Đối tượng", "Tổng số", *(capital(pen.level(level)) for level in base.levels)))
    facts: list[Record] = []
    for place, code in enumerate(codes, 1):
        rating = scene.rating(n_levels, kinds[code])
        name = capital(rng.choice(rating.kind.names))
        rows.append((str(place), name, pen.count(rating.total, False), *(pen.count(c, False) for c in rating.counts)))
        facts.append(rating.fact("total", rating.total))
        facts += [rating.fact("count", count, level) for level, count in zip(rating.levels, rating.counts, strict=True)]
    return Piece("table_of_subjects", "table", tuple(rows), tuple(facts))


def _percent_cell(percent: str) -> str:
    return percent.rstrip("% ").replace(", ", ",")


@TABLES
def table_counts_and_shares(scene: Scene) -> Piece:
    """One row a subject, two columns a level: how many, and in percent."""
    rng, pen = scene.rng, scene.pen
    kinds = {kind.code: kind for kind in scene.kinds()}
    if scene.year <= LAST_OLD_YEAR:
        kinds = {"party_member": kinds["party_member"]}
    codes = rng.sample(sorted(kinds), min(len(kinds), rng.randint(1, 3)))
    levels = scene.rating(rng.randint(2, 3), kinds[codes[0]]).levels
    head = [f"{capital(pen.level(level))} ({what})" for level in levels for what in ("số lượng", "tỷ lệ %")]
    rows: list[str | Row] = [f"Kết quả đánh giá, xếp loại năm {scene.year} của {scene.body.title}"]
    rows.append(("TT", "Đối tượng", "Tổng số", *head))
    facts: list[Record] = []
    for place, code in enumerate(codes, 1):
        rating = scene.rating(kind=kinds[code], levels=levels)
        cells = [str(place), capital(rng.choice(rating.kind.names)), pen.count(rating.total, False)]
        facts.append(rating.fact("total", rating.total))
        for level, count in zip(rating.levels, rating.counts, strict=True):
            value, percent = scene.percent(rating, count)
            cells += [pen.count(count, False), _percent_cell(percent)]
            facts += [rating.fact("count", count, level), rating.fact("share", value, level)]
        rows.append(tuple(cells))
    return Piece("table_counts_and_shares", "table", tuple(rows), tuple(facts))


@TABLES
def table_of_communes(scene: Scene) -> Piece | None:
    """A district's communes and wards as rows: every cell is of that commune."""
    if scene.body.scope != "district" or scene.year <= LAST_OLD_YEAR:
        return None
    rng, pen = scene.rng, scene.pen
    kind = Kind("party_member", ("đảng viên",), ("đảng viên",), 150, 700)
    levels = scene.rating(3, kind).levels
    rows: list[str | Row] = [_caption(scene, "đảng viên", scene.year)]
    rows.append(("STT", "Đơn vị", *(capital(pen.level(level)) for level in levels)))
    facts: list[Record] = []
    communes: dict[str, Body] = {}
    for _ in range(rng.randint(2, 5)):
        commune = scene.other_body("commune")
        communes.setdefault(commune.title, commune)
    for place, commune in enumerate(communes.values(), 1):
        rating: Rating = scene.rating(kind=kind, body=commune, levels=levels)
        rows.append((str(place), commune.title, *(pen.count(count, False) for count in rating.counts)))
        facts += [rating.fact("count", count, level) for level, count in zip(rating.levels, rating.counts, strict=True)]
    return Piece("table_of_communes", "table", tuple(rows), tuple(facts))


@TABLES
def cells_on_lines(scene: Scene) -> Piece | None:
    """A table that lost its rows: every cell a line of its own, years first, then a level and its shares."""
    rng = scene.rng
    kind = rng.choice(scene.kinds())
    first = scene.year - 1 if scene.year != 2018 else scene.year
    years = list(range(first, scene.year + 1))
    levels = scene.rating(0, kind).levels
    ratings = [scene.rating(kind=kind, year=year, levels=levels) for year in years]
    upper_on_old_scale = kind.code == "upper_party_committee" and scene.year <= LAST_OLD_YEAR
    if upper_on_old_scale and not scene.may("old_scale_of_upper_committees_in_lines"):
        return None
    lines = [f"Bảng xếp loại {rng.choice(kind.names)} của {scene.body.title} (%)", "Năm", *map(str, years)]
    facts: list[Record] = []
    for place, level in enumerate(levels):
        lines.append(capital(scene.pen.level(level)))
        for rating in ratings:
            value, percent = scene.percent(rating, rating.counts[place])
            lines.append(_percent_cell(percent))
            facts.append(rating.fact("share", value, level))
    return Piece("cells_on_lines", "lines", tuple(lines), tuple(facts))
