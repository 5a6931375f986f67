"""Results and aims in bullet lists.

Belongs here: templates whose lines are a head and items. Does not belong here: tables (`tables`); markup (`html`).
"""

from typing import Any

from kpi_pipeline_tests.page_generator.facts import LAST_OLD_YEAR, Record
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene

BULLETS = Register()


@BULLETS
def bullets_of_levels(scene: Scene) -> Piece:
    """A head with year, body and what is counted; one item a level."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating()
    name, noun = rng.choice(rating.kind.names), rng.choice(rating.kind.nouns)
    head = f"Kết quả đánh giá, xếp loại {name} năm {rating.year} của {scene.owner(rating)}:"
    mark = rng.choice(("- ", "- ", "+ ", "• ", "* "))
    link = rng.choice(("", " ({})", ", chiếm {}", ", đạt tỷ lệ {}"))
    inverse = rng.random() < 0.5
    lines, facts = [head], []
    for level, count in zip(rating.levels, rating.counts, strict=True):
        share, percent = scene.percent(rating, count)
        number = f"{pen.count(count, slips=inverse)} {noun}"
        item = f"{capital(pen.level(level))}: {number}" if inverse else f"{number} {pen.level(level)}"
        facts.append(rating.fact("count", count, level))
        if link:
            item += link.format(percent)
            facts.append(rating.fact("share", share, level))
        lines.append(f"{mark}{item}{rng.choice(';;.')}")
    return Piece("bullets_of_levels", "list", tuple(lines), tuple(facts))


@BULLETS
def bullets_of_subjects(scene: Scene) -> Piece | None:
    """A head with year and body; one item a subject, with its levels in it."""
    rng, pen = scene.rng, scene.pen
    kinds = {kind.code: kind for kind in scene.kinds()}
    codes = rng.sample(sorted(kinds), min(len(kinds), rng.randint(2, 3)))
    head = f"Kết quả đánh giá, xếp loại năm {scene.year} của {scene.body.title}:"
    lines, facts = [head], []
    mark = rng.choice(("- ", "• ", "+ "))
    style = rng.choice(("count", "share"))
    for code in codes:
        rating = scene.rating(0, kinds[code])
        name = rng.choice(rating.kind.names)
        parts = []
        for level, count in zip(rating.levels, rating.counts, strict=True):
            share, percent = scene.percent(rating, count)
            parts.append(f"{pen.level(level)} {percent if style == 'share' else pen.count(count, False)}")
            facts.append(rating.fact("share", share, level) if style == "share" else rating.fact("count", count, level))
        lines.append(f"{mark}{capital(name)}: {'; '.join(parts)}.")
    return Piece("bullets_of_subjects", "list", tuple(lines), tuple(facts))


@BULLETS
def bullets_of_aims(scene: Scene) -> Piece | None:
    """Aims of a term, one an item: each year so much percent of each subject, and admissions over the term."""
    first = scene.year - scene.year % 5
    if first + 5 <= LAST_OLD_YEAR:
        return None
    rng, pen = scene.rng, scene.pen
    kinds = {kind.code: kind for kind in scene.kinds(year=LAST_OLD_YEAR + 1)}
    codes = rng.sample(sorted(kinds), min(len(kinds), rng.randint(2, 3)))
    mark = rng.choice(("- ", "+ ", "• "))
    every = rng.choice(("Hằng năm, có ", "Hằng năm có ", "Mỗi năm có "))
    lines = [f"Một số chỉ tiêu chủ yếu nhiệm kỳ {first}-{first + 5} của {scene.body.title}:"]
    facts: list[Record] = []
    term: dict[str, Any] = {"period_start": str(first), "period_end": str(first + 5), "modality": "target"}
    for code in codes:
        rating = scene.rating(2, kinds[code], year=LAST_OLD_YEAR + 1)
        value, sign = rng.choice((80, 85, 90, 95)), rng.choice(("ge", "gt"))
        name = rng.choice(rating.kind.names)
        lines.append(f"{mark}{every}{pen.comparator(sign)}{value}% {name} {pen.level('good')} trở lên.")
        facts.append(rating.fact("share", value, "excellent", "good", comparator=sign, annual=True, **term))
    if rng.random() < 0.5:
        number = rng.randint(30, 900)
        lines.append(f"{mark}Cả nhiệm kỳ kết nạp {pen.count(number, False)} đảng viên.")
        members = scene.rating(2, kinds["party_member"])
        facts.append(members.fact("count", number, **term) | {"indicator": "party_members_admitted"})
    return Piece("bullets_of_aims", "list", tuple(lines), tuple(facts))
