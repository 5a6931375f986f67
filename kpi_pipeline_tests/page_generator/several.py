"""Sentences and paragraphs over several ratings: more subjects, more years, more bodies, a carried subject.

Belongs here: templates in which something is said once for several numbers. Does not belong here: one rating in one
sentence (`distributions`).
"""

from kpi_pipeline_tests.page_generator.distributions import items
from kpi_pipeline_tests.page_generator.facts import LAST_OLD_YEAR, MEMBERS, ORGANISATIONS, Kind, Rating
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene, prose

SEVERAL = Register()


def _kinds(scene: Scene, number: int) -> list[Kind]:
    """Different kinds that the page's body counts."""
    found: dict[str, Kind] = {}
    kinds = list(scene.kinds())
    scene.rng.shuffle(kinds)
    for kind in kinds:
        found.setdefault(kind.code, kind)
    return list(found.values())[:number]


def _kind(scene: Scene, code: str) -> Kind | None:
    return next((kind for kind in scene.kinds() if kind.code == code), None)


@SEVERAL
def subjects_of_one_level(scene: Scene) -> Piece | None:
    """«Năm 2021, 94,5% tổ chức cơ sở đảng, 93% đảng viên … hoàn thành tốt nhiệm vụ trở lên»."""
    if scene.year <= LAST_OLD_YEAR:
        return None
    rng = scene.rng
    parts, facts = [], []
    kinds = [kind for kind in _kinds(scene, 3) if kind.code != "civil_servant"]
    if len(kinds) < 2:
        return None
    comparator = rng.choice(("eq", "eq", "gt"))
    owner = scene.body.owners[0]
    for kind in kinds:
        rating = scene.rating(3, kind)
        value, number = scene.percent(rating, rating.counts[0] + rating.counts[1])
        if comparator == "gt":
            value = min(97, int(value))
            number = f"trên {value}%"
        parts.append(f"{number} {rng.choice(kind.names)}")
        facts.append(rating.fact("share", value, "excellent", "good", comparator=comparator))
    who = ", ".join(parts[:-1]) + " và " + parts[-1]
    what = scene.pen.level("good") + " trở lên"
    text = rng.choice(
        (
            f"Năm {scene.year}, {who} của {owner} {what}.",
            f"Kết thúc năm {scene.year}, {owner} có {who} {what}.",
        )
    )
    return prose("subjects_of_one_level", text, facts)


@SEVERAL
def years_of_one_level(scene: Scene) -> Piece | None:
    """«Tỷ lệ … hoàn thành tốt nhiệm vụ trở lên: năm 2018 đạt 88,2%, năm 2019 đạt 90,1%»."""
    if scene.year - 2 <= LAST_OLD_YEAR:
        return None
    rng = scene.rng
    kind = rng.choice(scene.kinds())
    years = list(range(scene.year - rng.randint(1, 2), scene.year + 1))
    ratings = [scene.rating(3, kind, year=year) for year in years]
    best = rng.random() < 0.4
    what = scene.pen.level("excellent") if best else scene.pen.level("good") + " trở lên"
    levels = ("excellent",) if best else ("excellent", "good")
    style = rng.choice((0, 0, 1))
    parts, facts = [], []
    for rating in ratings:
        value, number = scene.percent(rating, rating.counts[0] if best else rating.counts[0] + rating.counts[1])
        parts.append(f"năm {rating.year} đạt {number}" if style == 0 else f"năm {rating.year}: {number}")
        facts.append(rating.fact("share", value, *levels))
    name, owner = rng.choice(kind.names), scene.owner(ratings[0])
    if style == 0:
        text = rng.choice(
            (
                f"Tỷ lệ {name} của {owner} {what} qua các năm: {', '.join(parts)}.",
                f"Tỷ lệ {name} {what} của {owner} {', '.join(parts[:-1])}, {parts[-1]}.",
            )
        )
    else:
        text = f"Tỷ lệ {name} {what} của {owner} được giữ vững ({'; '.join(parts)})."
    return prose("years_of_one_level", text, facts)


@SEVERAL
def from_to(scene: Scene) -> Piece | None:
    """«Tỷ lệ … tăng từ 88,2% (năm 2018) lên 91,7% (năm 2020)»."""
    if scene.year - 2 <= LAST_OLD_YEAR:
        return None
    rng = scene.rng
    kind = rng.choice(scene.kinds())
    old, new = scene.rating(3, kind, year=scene.year - 2), scene.rating(3, kind, year=scene.year)
    (first, said_first), (second, said_second) = sorted(
        scene.percent(rating, rating.counts[0] + rating.counts[1]) for rating in (old, new)
    )
    if first == second:
        return None
    name, owner = rng.choice(kind.names), scene.owner(old)
    text = (
        f"Tỷ lệ {name} của {owner} {scene.pen.level('good')} trở lên tăng từ {said_first} năm {old.year}"
        f" lên {said_second} năm {new.year}."
    )
    if rng.random() < 0.5:
        text = text.replace(f" năm {old.year}", f" (năm {old.year})").replace(f" năm {new.year}", f" (năm {new.year})")
    facts = [old.fact("share", first, "excellent", "good"), new.fact("share", second, "excellent", "good")]
    return prose("from_to", text, facts)


@SEVERAL
def then_members(scene: Scene) -> Piece | None:
    """Organisations first, then members in a sentence that says neither year nor body again."""
    rng = scene.rng
    first_kind = _kind(scene, ORGANISATIONS.code) or _kind(scene, "subordinate_party_cell")
    members = _kind(scene, MEMBERS.code)
    if first_kind is None or members is None:
        return None
    organisations, people = scene.rating(0, first_kind), scene.rating(0, members)
    style = rng.choice(("count", "both", "share"))
    text, facts = items(scene, organisations, style)
    more, more_facts = items(scene, people, rng.choice((style, "both")))
    follow = rng.choice(("Đối với đảng viên, có ", "Về đảng viên, có ", "Cùng năm, có ", "Có "))
    return prose("then_members", f"{scene.lead(organisations)}{text}. {follow}{more}.", [*facts, *more_facts])


@SEVERAL
def named_unit_after_whole(scene: Scene) -> Piece | None:
    """«Toàn tỉnh … 92,3% …. Dẫn đầu là Đảng bộ huyện … với 96,8%»: the scope of one clause."""
    if scene.body.scope != "province" or scene.year <= LAST_OLD_YEAR:
        return None
    rng = scene.rng
    kind = rng.choice((ORGANISATIONS, MEMBERS))
    whole = scene.rating(3, kind)
    part = Rating(
        scene.other_body("district"), kind, whole.year, whole.indicator, whole.levels, whole.counts, whole.province
    )
    value, said = scene.percent(whole, whole.counts[0] + whole.counts[1])
    high = round(rng.uniform(96, 99.9), 1)
    name = rng.choice(kind.names)
    number = scene.pen.share(high, 1)
    unit = part.body.title
    tail = rng.choice(
        (
            f". Dẫn đầu là {unit} với tỷ lệ {number}.",
            f"; riêng {unit} đạt {number}.",
            f", trong đó {unit} có {number} {name} {scene.pen.level('good')} trở lên.",
        )
    )
    text = f"{scene.lead(whole)}{said} {name} {scene.pen.level('good')} trở lên{tail}"
    facts = [whole.fact("share", value, "excellent", "good"), part.fact("share", high, "excellent", "good")]
    return prose("named_unit_after_whole", text, facts)


@SEVERAL
def district_list(scene: Scene) -> Piece | None:
    """One paragraph a body: «Đảng bộ huyện …: 95% …»."""
    if scene.body.scope != "province" or scene.year <= LAST_OLD_YEAR:
        return None
    rng = scene.rng
    kind = rng.choice((Kind(MEMBERS.code, MEMBERS.names, MEMBERS.nouns, 1500, 9000), ORGANISATIONS))
    parts, facts, seen = [], [], set()
    for _ in range(rng.randint(2, 4)):
        body = scene.other_body("district")
        if body.title in seen:
            continue
        seen.add(body.title)
        rating = scene.rating(3, kind, body)
        value, said = scene.percent(rating, rating.counts[0])
        parts.append(f"{body.title} {said}" if rng.random() < 0.5 else f"{body.title} ({said})")
        facts.append(rating.fact("share", value, "excellent"))
    text = (
        f"Năm {scene.year}, tỷ lệ {rng.choice(kind.names)} {scene.pen.level('excellent')} ở một số đơn vị:"
        f" {'; '.join(parts)}."
    )
    return prose("district_list", text, facts)


@SEVERAL
def not_assessed(scene: Scene) -> Piece | None:
    """«… đảng viên chưa đánh giá, xếp loại»: outside the total."""
    rng = scene.rng
    kind = _kind(scene, MEMBERS.code)
    if kind is None:
        return None
    rating = scene.rating(3, kind)
    text, facts = items(scene, rating, rng.choice(("count", "both")))
    left = rng.randint(2, 80)
    why = rng.choice(("chưa đánh giá, xếp loại", "được miễn đánh giá", "chưa đủ thời gian đánh giá"))
    facts.append(rating.fact("count", left, "not_assessed"))
    return prose("not_assessed", f"{scene.lead(rating)}{text}; {scene.pen.count(left)} đồng chí {why}.", facts)


@SEVERAL
def report_of_meeting(scene: Scene) -> Piece | None:
    """The year stands in the meeting's name, the next year's plan beside it, the result in the next sentence."""
    rng = scene.rng
    rating = scene.rating(3)
    if int(scene.published_on[:4]) != rating.year + 1:
        return None
    text, facts = items(scene, rating, rng.choice(("count", "both", "share")))
    owner = scene.owner(rating)
    meeting = rng.choice(
        ("Hội nghị tổng kết công tác xây dựng Đảng", "Hội nghị tổng kết công tác tổ chức xây dựng Đảng")
    )
    sentence = (
        f"{meeting} năm {rating.year}, triển khai nhiệm vụ năm {rating.year + 1} được tổ chức trang trọng."
        f" {rng.choice(('Theo báo cáo, ', ''))}{owner} có {text}."
    )
    sentence = ". ".join(capital(part) for part in sentence.split(". "))
    return prose("report_of_meeting", sentence, facts)


@SEVERAL
def subjects_respectively(scene: Scene) -> Piece | None:
    """«Năm 2021, tổ chức cơ sở đảng và đảng viên hoàn thành tốt nhiệm vụ trở lên … đạt lần lượt 93% và 94%»."""
    if scene.year <= LAST_OLD_YEAR:
        return None
    kinds = [kind for kind in _kinds(scene, 2) if kind.code != "civil_servant"]
    if len(kinds) < 2:
        return None
    names, said, facts = [], [], []
    for kind in kinds:
        rating = scene.rating(3, kind)
        value, percent = scene.percent(rating, rating.counts[0] + rating.counts[1])
        names.append(scene.rng.choice(kind.names))
        said.append(percent)
        facts.append(rating.fact("share", value, "excellent", "good"))
    text = (
        f"Năm {scene.year}, tỷ lệ {names[0]} và {names[1]} {scene.pen.level('good')} trở lên của {scene.body.title}"
        f" đạt lần lượt {said[0]} và {said[1]}."
    )
    return prose("subjects_respectively", text, facts)


@SEVERAL
def admissions_by_district(scene: Scene) -> Piece | None:
    """«Năm 2021, toàn tỉnh kết nạp 1.742 đảng viên, trong đó huyện … 198 đảng viên»."""
    if scene.body.scope != "province":
        return None
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(2, MEMBERS)
    whole = rng.randint(900, 3000)
    facts = [rating.fact("count", whole) | {"indicator": "party_members_admitted"}]
    parts: dict[str, str] = {}
    for _ in range(rng.randint(1, 3)):
        body = scene.other_body("district")
        number = rng.randint(40, 290)
        if body.title not in parts:
            parts[body.title] = f"{body.title} {number} đảng viên"
            facts.append(rating.fact("count", number, scope="district") | {"indicator": "party_members_admitted"})
    joined = rng.choice((", ", "; ")).join(parts.values())
    owner = scene.home.whole.owners[0]
    text = f"Năm {rating.year}, {owner} kết nạp {pen.count(whole, False)} đảng viên mới, trong đó {joined}."
    return prose("admissions_by_district", text, facts)
