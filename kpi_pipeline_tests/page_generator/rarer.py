"""Shapes of results that a page shows now and then: the whole country, numbered levels, subsets, terms, titles.

Belongs here: templates that need a setting of their own. Does not belong here: the common shapes (`distributions`,
`wider`, `several`).
"""

from kpi_pipeline_tests.page_generator.facts import LAST_OLD_YEAR, MEMBERS, ORGANISATIONS, Kind, Record
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.places import Body
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene, prose

RARER = Register()


def _kind(scene: Scene, code: str) -> Kind | None:
    return next((kind for kind in scene.kinds() if kind.code == code), None)


@RARER
def whole_country(scene: Scene) -> Piece | None:
    """«Năm 2020, cả nước có 19,2% tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ»: of no province."""
    if scene.year <= LAST_OLD_YEAR:
        return None
    rng = scene.rng
    rating = scene.rating(
        2, rng.choice((ORGANISATIONS, MEMBERS)), Body("national", "cả nước", ("cả nước", "toàn quốc"))
    )
    parts, facts = [], []
    for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True)):
        value, percent = scene.percent(rating, count)
        who = f"{rating.kind.names[0]} " if place == 0 else ""
        parts.append(f"{percent} {who}{scene.pen.level(level)}")
        facts.append(rating.fact("share", value, level, province=None))
    text = f"Năm {rating.year}, {rng.choice(rating.body.owners)} có {', '.join(parts)}."
    return prose("whole_country", text, facts)


@RARER
def numbered_levels(scene: Scene) -> Piece | None:
    """«… xếp mức 1 (hoàn thành xuất sắc nhiệm vụ) 14 công chức, mức 2 …»: the gloss tells the level."""
    rng, pen = scene.rng, scene.pen
    kind = _kind(scene, "civil_servant")
    if kind is None or scene.body.scope != "organisation":
        return None
    rating = scene.rating(3, kind)
    name = rating.kind.names[0]
    parts = [
        f"mức {place} ({pen.level(level)}) {pen.count(count, False)} {name if place == 1 else 'người'}"
        for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True), 1)
    ]
    text = f"Năm {rating.year}, {scene.owner(rating)} xếp {rng.choice((', ', '; ')).join(parts)}."
    facts = [rating.fact("count", count, level) for level, count in zip(rating.levels, rating.counts, strict=True)]
    return prose("numbered_levels", text, facts)


@RARER
def became(scene: Scene) -> Piece:
    """«Tỷ lệ … không hoàn thành nhiệm vụ giảm còn 0,47%»: a level, no change."""
    rng, rating = scene.rng, scene.rating(2)
    old = rating.indicator.startswith("clean")
    level = "weak" if old else "not_completed"
    value = round(rng.uniform(0.1, 1.9), 2)
    word = rng.choice(("giảm còn", "chỉ còn", "giảm xuống còn"))
    text = (
        f"Năm {rating.year}, tỷ lệ {rng.choice(rating.kind.names)} {scene.pen.level(level)} của {scene.owner(rating)}"
        f" {word} {scene.pen.share(value, 2)}."
    )
    return prose("became", text, [rating.fact("share", value, level)])


@RARER
def share_of_the_good(scene: Scene) -> Piece | None:
    """«… 68 tổ chức hoàn thành tốt nhiệm vụ trở lên; số hoàn thành xuất sắc là 13/68 tổ chức (19,12%)»."""
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(3)
    if rating.levels[:2] != ("excellent", "good"):
        return None
    best, both = rating.counts[0], rating.counts[0] + rating.counts[1]
    share = round(100 * best / both, 2)
    noun = rng.choice(rating.kind.nouns)
    text = (
        f"{scene.lead(rating)}{pen.count(both, False)} {rng.choice(rating.kind.names)} {pen.level('good')} trở lên;"
        f" số hoàn thành xuất sắc là {pen.ratio(best, both)} {noun} ({pen.share(share, 2)})."
    )
    facts = [
        rating.fact("count", both, "excellent", "good"),
        rating.fact("count", best, "excellent"),
        rating.fact("share", share, "excellent", base="excellent+good"),
    ]
    return prose("share_of_the_good", text, facts)


@RARER
def teams_and_leaders(scene: Scene) -> Piece | None:
    """«Về tập thể, có 9 tập thể lãnh đạo, quản lý …. Về cá nhân, có 38 đồng chí …»."""
    teams, leaders = _kind(scene, "leadership_collective"), _kind(scene, "leader")
    if teams is None or leaders is None:
        return None
    rng, pen = scene.rng, scene.pen
    team, leader = scene.rating(3, teams), scene.rating(3, leaders)
    facts: list[Record] = []
    said: list[str] = []
    for rating, first, noun in (
        (team, "tập thể lãnh đạo, quản lý", "tập thể"),
        (leader, "cán bộ lãnh đạo, quản lý", "đồng chí"),
    ):
        pairs = zip(rating.levels, rating.counts, strict=True)
        parts = [
            f"{pen.count(count)} {first if place == 0 else noun} {pen.level(level)}"
            for place, (level, count) in enumerate(pairs)
        ]
        said.append(", ".join(parts))
        facts += [rating.fact("count", count, level) for level, count in zip(rating.levels, rating.counts, strict=True)]
    owner = rng.choice([name for name in scene.body.owners if not name.startswith("Đảng bộ")])
    text = (
        f"Kết quả kiểm điểm, xếp loại năm {team.year} của {owner}: về tập thể, có {said[0]}; về cá nhân, có {said[1]}."
    )
    return prose("teams_and_leaders", text, facts)


@RARER
def admissions_of_a_term(scene: Scene) -> Piece | None:
    """«Nhiệm kỳ 2015-2020, … kết nạp 7.140/6.200 đảng viên so với chỉ tiêu nghị quyết»: a result and its aim."""
    first = scene.year - scene.year % 5 - 5
    kind = _kind(scene, MEMBERS.code)
    if kind is None or first < 2005:
        return None
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(2, kind)
    span = {"indicator": "party_members_admitted", "period_start": str(first), "period_end": str(first + 5)}
    aim = rng.randint(5, 80) * 10
    number = aim + rng.randint(1, aim)
    lead = f"{rng.choice(('Nhiệm kỳ', 'Trong nhiệm kỳ', 'Cả nhiệm kỳ'))} {first}-{first + 5}, {scene.owner(rating)}"
    if rng.random() < 0.5:
        text = f"{lead} kết nạp {pen.count(number, False)} đảng viên."
        return prose("admissions_of_a_term", text, [rating.fact("count", number, **span)])
    text = f"{lead} kết nạp {pen.ratio(number, aim)} đảng viên so với chỉ tiêu nghị quyết."
    facts = [rating.fact("count", number, **span), rating.fact("count", aim, modality="target", **span)]
    return prose("admissions_of_a_term", text, facts)


@RARER
def years_in_a_row(scene: Scene) -> Piece | None:
    """«… khen thưởng 7 đảng viên hoàn thành xuất sắc nhiệm vụ 5 năm liền (2016-2020)»."""
    kind = _kind(scene, MEMBERS.code)
    if kind is None:
        return None
    rng = scene.rng
    rating = scene.rating(2, kind)
    number, first = rng.randint(3, 60), scene.year - 4
    text = (
        f"{capital(scene.owner(rating))} {rng.choice(('khen thưởng', 'tặng giấy khen cho'))}"
        f" {scene.pen.count(number, False)} đảng viên hoàn thành xuất sắc nhiệm vụ 5 năm liền ({first}-{scene.year})."
    )
    fact = rating.fact("count", number, indicator="award", period_start=str(first), period_end=str(scene.year))
    return prose("years_in_a_row", text, [fact])


@RARER
def titles(scene: Scene) -> Piece | None:
    """«Năm 2021, 92% cán bộ, công chức, viên chức đạt danh hiệu Lao động tiên tiến»."""
    kind = _kind(scene, "civil_servant")
    if kind is None:
        return None
    rng = scene.rng
    rating = scene.rating(2, kind)
    value = round(rng.uniform(60, 99), 1)
    text = (
        f"Năm {rating.year}, {scene.owner(rating)} có {scene.pen.share(value, 1)} {rng.choice(kind.names)}"
        " đạt danh hiệu Lao động tiên tiến."
    )
    return prose("titles", text, [rating.fact("share", value, indicator="emulation_title")])
