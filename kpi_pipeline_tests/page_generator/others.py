"""Sentences about the other indicators that stand beside ratings: population, admissions, study, inspection, awards.

Belongs here: their templates. Does not belong here: ratings.
"""

from kpi_pipeline_tests.page_generator.facts import MEMBERS, ORGANISATIONS, Kind, Rating, Record
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene, prose

OTHERS = Register()


def _members(scene: Scene) -> Kind:
    return next(kind for kind in scene.kinds() if kind.code == MEMBERS.code)


def _plain(scene: Scene, kind: Kind, indicator: str) -> Rating:
    rating = scene.rating(2, kind)
    return Rating(rating.body, kind, rating.year, indicator, (), rating.counts, rating.province)


@OTHERS
def admissions(scene: Scene) -> Piece:
    """«Năm 2021, huyện … kết nạp 214 đảng viên mới, đạt 104% kế hoạch»."""
    rng, pen = scene.rng, scene.pen
    rating = _plain(scene, _members(scene), "party_members_admitted")
    number = rng.randint(8, 2000)
    plan = rng.choice(
        ("", "", f", đạt {rng.randint(80, 120)}% kế hoạch", f", bằng {rng.randint(101, 120)}% chỉ tiêu được giao")
    )
    word = rng.choice(("kết nạp", "kết nạp được", "đã kết nạp"))
    text = (
        f"Năm {rating.year}, {scene.owner(rating)} {word} {pen.count(number, False)} đảng"
        f" viên{rng.choice(('', ' mới'))}{plan}."
    )
    return prose("admissions", text, [rating.fact("count", number)])


@OTHERS
def half_year_admissions(scene: Scene) -> Piece:
    """«6 tháng đầu năm 2021, …»."""
    rng = scene.rng
    rating = _plain(scene, _members(scene), "party_members_admitted")
    number = rng.randint(8, 900)
    when, first, last = rng.choice(
        (
            (f"6 tháng đầu năm {rating.year}", "01", "06"), (f"Quý I/{rating.year}", "01", "03"),
            (f"9 tháng đầu năm {rating.year}", "01", "09"), (f"Quý II/{rating.year}", "04", "06"),
        )
    )  # fmt: skip
    year = rating.year
    text = (
        f"{rng.choice(('', 'Trong '))}{when}, {scene.owner(rating)} kết nạp {scene.pen.count(number, False)}"
        " đảng viên mới."
    )
    fact = rating.fact("count", number, period_start=f"{year}-{first}", period_end=f"{year}-{last}")
    return prose("half_year_admissions", capital(text), [fact])


@OTHERS
def population(scene: Scene) -> Piece:
    """«Tính đến tháng 11/2021, huyện có 51 tổ chức cơ sở đảng với 4.120 đảng viên»."""
    rng, pen = scene.rng, scene.pen
    month = rng.randint(1, 12)
    rating = _plain(scene, _members(scene), "population")
    number = rating.total
    point = f"{rating.year}-{month:02d}"
    facts: list[Record] = []
    when = rng.choice((f"Tính đến tháng {month}/{rating.year}", f"Đến tháng {month:02d}/{rating.year}"))
    organisations = next((k for k in scene.kinds() if k.code == ORGANISATIONS.code), None)
    before = ""
    if organisations is not None and rng.random() < 0.6:
        many = rng.randint(organisations.low, organisations.high)
        before = f"{pen.count(many)} {rng.choice(organisations.names)}{rng.choice((' với ', ' và ', ', '))}"
        other = _plain(scene, organisations, "population")
        facts.append(other.fact("count", many, period_start=point, period_end=point))
    facts.append(rating.fact("count", number, period_start=point, period_end=point))
    return prose("population", f"{when}, {scene.owner(rating)} có {before}{pen.count(number, False)} đảng viên.", facts)


@OTHERS
def study(scene: Scene) -> Piece:
    """«Năm 2021, có 28.940/29.310 đảng viên … tham gia học tập nghị quyết, đạt 98,74%»."""
    rng, pen = scene.rng, scene.pen
    rating = _plain(scene, _members(scene), "study_participation")
    came = round(rating.total * rng.uniform(0.93, 0.999))
    share, percent = scene.percent(rating, came)
    facts = [rating.fact("count", came), rating.fact("total", rating.total), rating.fact("share", share)]
    text = (
        f"Năm {rating.year}, {scene.owner(rating)} có {pen.ratio(came, rating.total)}"
        " đảng viên"
        f" tham gia học tập, quán triệt nghị quyết{rng.choice((f', đạt {percent}', f' ({percent})'))}."
    )
    return prose("study", text, facts)


@OTHERS
def inspection(scene: Scene) -> Piece:
    """«Năm 2021, cấp ủy các cấp … kiểm tra 642 tổ chức đảng và 1.890 đảng viên»."""
    rng, pen = scene.rng, scene.pen
    people = _plain(scene, _members(scene), "inspection")
    organisations = _plain(scene, ORGANISATIONS, "inspection")
    a, b = rng.randint(5, 900), rng.randint(10, 3000)
    text = (
        f"Năm {people.year}, cấp ủy các cấp của {scene.owner(people)} đã kiểm tra {pen.count(a, False)} tổ chức đảng"
        f"{rng.choice((' và ', ', '))}{pen.count(b, False)} đảng viên."
    )
    return prose("inspection", text, [organisations.fact("count", a), people.fact("count", b)])


@OTHERS
def study_grades(scene: Scene) -> Piece:
    """«Kết quả chấm bài thu hoạch …: 640 đảng viên đạt loại xuất sắc (32%), 980 đạt loại giỏi …»."""
    rng, pen = scene.rng, scene.pen
    rating = _plain(scene, _members(scene), "study_result")
    names = {"excellent": "xuất sắc", "good": "giỏi", "fair": "khá", "average": "trung bình"}
    chosen = list(names)[rng.randint(0, 1) :]
    counts = [rng.randint(20, 900) for _ in chosen]
    shares = [round(100 * count / sum(counts), 1) for count in counts]
    link = rng.random() < 0.6
    parts, facts = [], []
    for place, (level, count, share) in enumerate(zip(chosen, counts, shares, strict=True)):
        who = " đảng viên" if place == 0 else rng.choice((" đảng viên", ""))
        parts.append(
            f"{pen.count(count, bool(who))}{who} đạt loại {names[level]}"
            + (f" ({pen.share(share, 1)})" if link else "")
        )
        facts.append(rating.fact("count", count, level))
        facts += [rating.fact("share", share, level)] if link else []
    text = (
        f"Kết quả chấm bài thu hoạch học tập nghị quyết năm {rating.year} của {scene.owner(rating)}:"
        f" {', '.join(parts)}."
    )
    return prose("study_grades", text, facts)


@OTHERS
def badges(scene: Scene) -> Piece:
    """«Năm 2021, … có 548 đảng viên được tặng Huy hiệu Đảng»."""
    rng = scene.rng
    rating = _plain(scene, _members(scene), "award")
    number = rng.randint(5, 900)
    text = (
        f"Năm {rating.year}, {scene.owner(rating)} có {scene.pen.count(number, False)} đảng viên được tặng Huy"
        " hiệu Đảng."
    )
    return prose("badges", text, [rating.fact("count", number)])
