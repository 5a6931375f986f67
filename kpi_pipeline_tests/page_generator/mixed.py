"""Paragraphs that mix: other bodies and years beside the page's own, several subjects in one list, several indicators.

Belongs here: templates whose difficulty is what carries over and what does not. Does not belong here: one rating in one
sentence (`distributions`, `wider`), several ratings of one level (`several`).
"""

from typing import Any

from kpi_pipeline_tests.page_generator.distributions import items
from kpi_pipeline_tests.page_generator.facts import LAST_OLD_YEAR, MEMBERS, Kind, Record
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene, prose

MIXED = Register()
_OTHER_SCOPES = ("district", "provincial_bloc", "commune", "organisation")


def _kind(scene: Scene, code: str) -> Kind | None:
    return next((kind for kind in scene.kinds() if kind.code == code), None)


@MIXED
def another_body(scene: Scene) -> Piece:
    """A result of a body of another scope between those of the page's own."""
    rng = scene.rng
    scopes = [scope for scope in _OTHER_SCOPES if scope != scene.body.scope]
    rating = scene.rating(0, body=scene.other_body(rng.choice(scopes)))
    text, facts = items(scene, rating, rng.choice(("count", "both", "share", "ratio")))
    return prose("another_body", f"{scene.lead(rating)}{text}.", facts)


@MIXED
def an_earlier_year(scene: Scene) -> Piece:
    """A result of a year before, in a paragraph of its own."""
    rating = scene.rating(0, year=scene.year - scene.rng.randint(1, 3))
    text, facts = items(scene, rating, scene.rng.choice(("count", "both", "share")))
    return prose("an_earlier_year", f"{scene.lead(rating)}{text}.", facts)


@MIXED
def two_years(scene: Scene) -> Piece | None:
    """«Năm 2020, … có 120 tổ chức hoàn thành xuất sắc nhiệm vụ; năm 2021 có 131 tổ chức»."""
    if scene.year - 1 <= LAST_OLD_YEAR:
        return None
    rng, pen = scene.rng, scene.pen
    now = scene.rating(3)
    before = scene.rating(3, now.kind, year=now.year - 1)
    name, noun = rng.choice(now.kind.names), rng.choice(now.kind.nouns)
    what = pen.level("excellent")
    joint = rng.choice(("; ", ", "))
    text = (
        f"Năm {before.year}, {scene.owner(before)} có {pen.count(before.counts[0])} {name} {what}{joint}"
        f"năm {now.year} có {pen.count(now.counts[0])} {noun} {what}."
    )
    facts = [before.fact("count", before.counts[0], "excellent"), now.fact("count", now.counts[0], "excellent")]
    return prose("two_years", text, facts)


@MIXED
def two_subjects_of_one_level(scene: Scene) -> Piece | None:
    """«… có 12 tổ chức cơ sở đảng và 450 đảng viên hoàn thành xuất sắc nhiệm vụ»."""
    if scene.year <= LAST_OLD_YEAR:
        return None
    rng, pen = scene.rng, scene.pen
    members = _kind(scene, MEMBERS.code)
    other = rng.choice([kind for kind in scene.kinds() if kind.party_organisation])
    if members is None:
        return None
    one, two = scene.rating(3, other), scene.rating(3, members)
    first = f"{pen.count(one.counts[0])} {rng.choice(other.names)}"
    second = f"{pen.count(two.counts[0], False)} đảng viên"
    text = f"{scene.lead(one)}{first} và {second} {pen.level('excellent')}."
    facts = [one.fact("count", one.counts[0], "excellent"), two.fact("count", two.counts[0], "excellent")]
    return prose("two_subjects_of_one_level", text, facts)


@MIXED
def share_before_the_level(scene: Scene) -> Piece:
    """«… có 68/73 tổ chức cơ sở đảng (93,15%) hoàn thành tốt nhiệm vụ, 5/73 tổ chức (6,85%) …»."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating()
    ratio = rng.random() < 0.5
    link = rng.choice(("({})", "(chiếm {})", "(đạt {})"))
    parts, facts = [], []
    for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True)):
        value, percent = scene.percent(rating, count)
        number = pen.ratio(count, rating.total) if ratio else pen.count(count)
        who = rng.choice(rating.kind.names if place == 0 else rating.kind.nouns)
        parts.append(f"{number} {who} {link.format(percent)} {pen.level(level)}")
        facts += [rating.fact("count", count, level), rating.fact("share", value, level)]
        facts += [rating.fact("total", rating.total)] if ratio else []
    return prose("share_before_the_level", f"{scene.lead(rating)}{rng.choice((', ', '; ')).join(parts)}.", facts)


@MIXED
def subjects_in_one_list(scene: Scene) -> Piece | None:
    """«Kết quả xếp loại năm 2021 của …: tổ chức cơ sở đảng có 12 hoàn thành xuất sắc nhiệm vụ …; đảng viên có …»."""
    rng, pen = scene.rng, scene.pen
    kinds = {kind.code: kind for kind in scene.kinds()}
    codes = rng.sample(sorted(kinds), min(len(kinds), 2))
    beside_committees = {"upper_party_committee", "grassroots_party_committee"} & set(codes)
    if "subordinate_party_cell" in codes and beside_committees and not scene.may("committees_then_cells"):
        return None
    parts, facts = [], []
    shares = rng.random() < 0.5
    for code in codes:
        rating = scene.rating(rng.randint(2, 3), kinds[code])
        levels = []
        for level, count in zip(rating.levels, rating.counts, strict=True):
            value, percent = scene.percent(rating, count)
            number = percent if shares else f"{pen.count(count)} {rng.choice(rating.kind.nouns)}"
            levels.append(f"{number} {pen.level(level)}")
            facts.append(rating.fact("share", value, level) if shares else rating.fact("count", count, level))
        parts.append(f"{rng.choice(rating.kind.names)} có {', '.join(levels)}")
    text = f"Kết quả đánh giá, xếp loại năm {scene.year} của {scene.body.title}: {'; '.join(parts)}."
    return prose("subjects_in_one_list", text, facts)


@MIXED
def aims_of_all_kinds(scene: Scene) -> Piece | None:
    """One long sentence of aims for a year: study, ratings, inspection, admissions."""
    rng, pen = scene.rng, scene.pen
    members = _kind(scene, MEMBERS.code)
    year = scene.year + 1
    if members is None or year <= LAST_OLD_YEAR:
        return None
    rating = scene.rating(2, members, year=year)
    target: dict[str, Any] = {"modality": "target"}
    value, number = rng.choice((80, 85, 90)), rng.randint(10, 900)
    clauses = [
        (
            f"{pen.comparator('ge')}{value}% đảng viên {pen.level('good')} trở lên",
            rating.fact("share", value, "excellent", "good", comparator="ge", **target),
        ),
        (
            "100% đảng viên tham gia học tập, quán triệt nghị quyết",
            rating.fact("share", 100, indicator="study_participation", **target),
        ),
        (
            f"kết nạp {pen.count(number, False)} đảng viên mới",
            rating.fact("count", number, indicator="party_members_admitted", **target),
        ),
    ]
    rng.shuffle(clauses)
    text = f"Năm {year}, {scene.owner(rating)} phấn đấu {'; '.join(clause for clause, _ in clauses)}."
    facts: list[Record] = [fact for _, fact in clauses]
    return prose("aims_of_all_kinds", capital(text), facts)
