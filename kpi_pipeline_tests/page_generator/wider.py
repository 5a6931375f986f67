"""Further shapes of rating sentences: other bases, ranges, relative years, old wording, headlines that repeat a figure.

Belongs here: templates of one rating that need more than a plain list of levels. Does not belong here: those lists
(`distributions`), several ratings (`several`).
"""

from kpi_pipeline_tests.page_generator.facts import LAST_OLD_YEAR, MEMBERS, ORGANISATIONS, Kind, Rating
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene, prose

WIDER = Register()


def _kind(scene: Scene, code: str) -> Kind | None:
    return next((kind for kind in scene.kinds() if kind.code == code), None)


@WIDER
def share_of_all(scene: Scene) -> Piece | None:
    """«… bằng 13,1% tổng số đảng viên toàn Đảng bộ và bằng 14,3% số đảng viên được đánh giá»."""
    rng, pen = scene.rng, scene.pen
    kind = _kind(scene, MEMBERS.code)
    if kind is None:
        return None
    rating = scene.rating(3, kind)
    best = rating.counts[0]
    of_assessed = round(100 * best / rating.total, 2)
    of_all = round(100 * best / (rating.total * rng.uniform(1.03, 1.12)), 2)
    text = (
        f"{scene.lead(rating)}{pen.count(best)} đảng viên {pen.level('excellent')}, bằng {pen.share(of_all, 2)} tổng số"
        f" đảng viên toàn Đảng bộ và bằng {pen.share(of_assessed, 2)} số đảng viên được đánh giá."
    )
    facts = [
        rating.fact("count", best, "excellent"),
        rating.fact("share", of_all, "excellent", base="all"),
        rating.fact("share", of_assessed, "excellent"),
    ]
    return prose("share_of_all", text, facts)


@WIDER
def share_of_assessed(scene: Scene) -> Piece:
    """«Có 104 tổ chức cơ sở đảng … hoàn thành xuất sắc nhiệm vụ năm 2021, chiếm 16,5% tổng số … được đánh giá»."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating(3)
    level, count = rating.levels[0], rating.counts[0]
    value, percent = scene.percent(rating, count)
    name = rng.choice(rating.kind.names)
    tail = rng.choice(
        (f"tổng số {name} được đánh giá, xếp loại", f"số {name} được đánh giá", f"tổng số {name} được xếp loại")
    )
    text = (
        f"Năm {rating.year}, {scene.owner(rating)} có {pen.count(count)} {name} {pen.level(level)}, chiếm"
        f" {percent} {tail}."
    )
    return prose("share_of_assessed", text, [rating.fact("count", count, level), rating.fact("share", value, level)])


@WIDER
def counts_about(scene: Scene) -> Piece:
    """«… hơn 2.000 đảng viên hoàn thành xuất sắc nhiệm vụ, gần 9.000 …»."""
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(2)
    facts, parts = [], []
    for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True)):
        code = rng.choice(("gt", "approx"))
        value = max(10, round(count, 1 - len(str(count))))
        who = rng.choice(rating.kind.names) if place == 0 else rng.choice(rating.kind.nouns)
        parts.append(f"{pen.comparator(code)}{pen.count(value, False)} {who} {pen.level(level)}")
        facts.append(rating.fact("count", value, level, comparator=code))
    return prose("counts_about", f"{scene.lead(rating)}{' và '.join(parts)}.", facts)


@WIDER
def share_range(scene: Scene) -> Piece | None:
    """«phấn đấu có từ 85 - 90% đảng viên hoàn thành tốt nhiệm vụ trở lên»: two facts."""
    rng = scene.rng
    rating = scene.rating(2, year=scene.year + 1)
    if rating.levels != ("excellent", "good"):
        return None
    low = rng.choice((75, 80, 85, 90))
    high = low + rng.choice((3, 5))
    dash = rng.choice(
        (f"{low}-{high}%", f"{low} - {high}%", f"từ {low}-{high}%", f"{low}% - {high}%", f"từ {low}% đến {high}%")
    )
    text = (
        f"Năm {rating.year}, {scene.owner(rating)} phấn đấu có {dash} {rng.choice(rating.kind.names)}"
        f" {scene.pen.level('good')} trở lên."
    )
    facts = [
        rating.fact("share", low, *rating.levels, comparator="ge", modality="target"),
        rating.fact("share", high, *rating.levels, comparator="le", modality="target"),
    ]
    return prose("share_range", text, facts)


@WIDER
def year_before(scene: Scene) -> Piece | None:
    """«Năm 2021, 90,2% … (năm 2020 là 89,4%)»."""
    if scene.year - 1 <= LAST_OLD_YEAR:
        return None
    rng = scene.rng
    now = scene.rating(3)
    before = scene.rating(3, now.kind, year=now.year - 1)
    value, percent = scene.percent(now, now.counts[0] + now.counts[1])
    old, old_percent = scene.percent(before, before.counts[0] + before.counts[1])
    bracket = rng.choice(
        (f"năm {before.year} là {old_percent}", f"năm {before.year} đạt {old_percent}", f"năm trước là {old_percent}")
    )
    text = (
        f"Năm {now.year}, {percent} {rng.choice(now.kind.names)} của {scene.owner(now)}"
        f" {scene.pen.level('good')} trở lên ({bracket})."
    )
    facts = [now.fact("share", value, "excellent", "good"), before.fact("share", old, "excellent", "good")]
    return prose("year_before", text, facts)


@WIDER
def changes_in_brackets(scene: Scene) -> Piece:
    """Counts with «(tăng 05 tổ chức so với năm 2019)», which is no fact."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating(3)
    facts, parts = [], []
    for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True)):
        noun = rng.choice(rating.kind.nouns)
        who = rng.choice(rating.kind.names) if place == 0 else noun
        change = rng.choice((
            f" (tăng {pen.count(rng.randint(2, 9), False)} {noun} so với năm {rating.year - 1})",
            f" (giảm {pen.count(rng.randint(2, 9), False)} {noun})", f", tăng {rng.randint(2, 9)} {noun} so với"
            " năm trước", "",
        ))  # fmt: skip
        parts.append(f"{pen.count(count)} {who} {pen.level(level)}{change}")
        facts.append(rating.fact("count", count, level))
    return prose("changes_in_brackets", f"{scene.lead(rating)}{'; '.join(parts)}.", facts)


@WIDER
def worthy_members(scene: Scene) -> Piece | None:
    """The wording for members to 2017: «đủ tư cách, hoàn thành tốt nhiệm vụ», «vi phạm tư cách …»."""
    if scene.year > LAST_OLD_YEAR:
        return None
    rng, pen = scene.rng, scene.pen
    kind = _kind(scene, MEMBERS.code)
    if kind is None:
        return None
    rating = scene.rating(4, kind)
    names = (
        "đủ tư cách, hoàn thành xuất sắc nhiệm vụ",
        "đủ tư cách, hoàn thành tốt nhiệm vụ",
        "đủ tư cách, hoàn thành nhiệm vụ",
        "vi phạm tư cách hoặc không hoàn thành nhiệm vụ",
    )
    inverse = rng.random() < 0.5
    parts, facts = [], []
    for name, level, count in zip(names, rating.levels, rating.counts, strict=True):
        value, percent = scene.percent(rating, count)
        number = f"{pen.count(count, False)} đồng chí"
        parts.append(f"{name} {number} ({percent})" if inverse else f"{number} {name} ({percent})")
        facts += [rating.fact("count", count, level), rating.fact("share", value, level)]
    text = f"Kết quả phân loại đảng viên năm {rating.year} của {scene.owner(rating)}: {'; '.join(parts)}."
    return prose("worthy_members", text, facts)


@WIDER
def hundred(scene: Scene) -> Piece | None:
    """«100% chi bộ …», «5/5 đơn vị …, đạt 100%»."""
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(2)
    if rating.levels != ("excellent", "good"):
        return None
    name, owner = rng.choice(rating.kind.names), scene.owner(rating)
    share = rating.fact("share", 100, "excellent", "good")
    if rng.random() < 0.5:
        text = f"Năm {rating.year}, 100% {name} của {owner} {pen.level('good')} trở lên."
        return prose("hundred", text, [share])
    everyone = pen.ratio(rating.total, rating.total)
    text = f"Năm {rating.year}, {owner} có {everyone} {name} {pen.above('good')}, đạt 100%."
    facts = [rating.fact("count", rating.total, "excellent", "good"), rating.fact("total", rating.total), share]
    return prose("hundred", text, facts)


@WIDER
def said_twice(scene: Scene) -> Piece:
    """A figure in a caption again: one fact."""
    rng, rating = scene.rng, scene.rating(3)
    value, percent = scene.percent(rating, rating.counts[0])
    name, owner, what = rng.choice(rating.kind.names), scene.owner(rating), scene.pen.level(rating.levels[0])
    lines = (
        f"Năm {rating.year}, {owner} có {percent} {name} {what}.",
        f"Ảnh: Lễ biểu dương của {owner}, nơi có {percent} {name} {what} năm {rating.year}.",
    )
    return Piece("said_twice", "prose", lines, (rating.fact("share", value, rating.levels[0]),))


@WIDER
def year_of_the_news(scene: Scene) -> Piece | None:
    """No year at all in a report of January to April: it is about the year before."""
    if scene.published_on[5:7] > "04" or scene.year != int(scene.published_on[:4]) - 1:
        return None
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(3)
    value, percent = scene.percent(rating, rating.counts[0])
    text = f"{capital(scene.owner(rating))} có {percent} {rng.choice(rating.kind.names)} {pen.level(rating.levels[0])}."
    return Piece("year_of_the_news", "alone", (text,), (rating.fact("share", value, rating.levels[0]),))


@WIDER
def awarded(scene: Scene) -> Piece | None:
    """A level as the ground of a reward is no rating: «tặng giấy khen cho 215 đảng viên hoàn thành xuất sắc …»."""
    rng, pen = scene.rng, scene.pen
    kind = _kind(scene, MEMBERS.code)
    if kind is None:
        return None
    base = scene.rating(2, kind)
    rating = Rating(base.body, kind, base.year, "award", (), base.counts, base.province)
    number = rng.randint(5, 400)
    word = rng.choice(("tặng giấy khen cho", "khen thưởng", "biểu dương, tặng bằng khen cho"))
    text = (
        f"{capital(scene.owner(rating))} {word} {pen.count(number, False)} đảng viên hoàn thành xuất sắc nhiệm"
        f" vụ năm {rating.year}."
    )
    return prose("awarded", text, [rating.fact("count", number)])


@WIDER
def committees_and_cells(scene: Scene) -> Piece | None:
    """«… có 31 đảng bộ cơ sở và 28 chi bộ cơ sở hoàn thành xuất sắc nhiệm vụ»."""
    pen = scene.pen
    first, second = _kind(scene, "grassroots_party_committee"), _kind(scene, "grassroots_party_cell")
    if first is None or second is None:
        return None
    one = scene.rating(3, first)
    two = scene.rating(kind=second, levels=one.levels)
    level = one.levels[0]
    text = (
        f"{scene.lead(one)}{pen.count(one.counts[0])} đảng bộ cơ sở và {pen.count(two.counts[0])} chi bộ cơ sở"
        f" {pen.level(level)}."
    )
    return prose(
        "committees_and_cells", text, [one.fact("count", one.counts[0], level), two.fact("count", two.counts[0], level)]
    )


@WIDER
def assessed_of_population(scene: Scene) -> Piece | None:
    """«Có 556/571 tổ chức cơ sở đảng được đánh giá, xếp loại»: a total and a population; then the levels."""
    rng, pen = scene.rng, scene.pen
    kind = _kind(scene, ORGANISATIONS.code)
    if kind is None:
        return None
    rating = scene.rating(3, kind)
    more = rating.total + rng.randint(2, 15)
    year = str(rating.year)
    name, noun = kind.names[0], kind.nouns[0]
    parts = [
        f"{pen.count(count)} {noun} {pen.level(level)}"
        for level, count in zip(rating.levels, rating.counts, strict=True)
    ]
    text = (
        f"Năm {year}, trong tổng số {pen.count(more, False)} {name} của {scene.owner(rating)} có"
        f" {pen.count(rating.total, False)}"
        f" {noun} được đánh giá, xếp loại; kết quả: {', '.join(parts)}."
    )
    facts = [rating.fact("count", more, indicator="population", period_start=year), rating.fact("total", rating.total)]
    facts += [rating.fact("count", count, level) for level, count in zip(rating.levels, rating.counts, strict=True)]
    return prose("assessed_of_population", text, facts)


@WIDER
def number_is(scene: Scene) -> Piece:
    """«Số đảng viên … hoàn thành xuất sắc nhiệm vụ là 512 đồng chí, số hoàn thành tốt nhiệm vụ là 3.960 đồng chí»."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating(2)
    name, noun = rng.choice(rating.kind.names), rng.choice(rating.kind.nouns)
    said = [
        f"{pen.level(level)} là {pen.count(count)} {noun}"
        for level, count in zip(rating.levels, rating.counts, strict=True)
    ]
    text = f"Năm {rating.year}, số {name} của {scene.owner(rating)} {said[0]}, số {said[1]}."
    facts = [rating.fact("count", count, level) for level, count in zip(rating.levels, rating.counts, strict=True)]
    return prose("number_is", text, facts)


@WIDER
def share_then_count(scene: Scene) -> Piece:
    """«… có 20% tổ chức cơ sở đảng (120 tổ chức) hoàn thành xuất sắc nhiệm vụ»."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating(rng_small(scene))
    names = rating.kind.names
    if not scene.may("bracket_after_long_name"):
        names = tuple(name for name in names if " thuộc " not in name) or names
    parts, facts = [], []
    for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True)):
        value, percent = scene.percent(rating, count)
        noun = rng.choice(rating.kind.nouns)
        who = f"{rng.choice(names)} " if place == 0 else ""
        parts.append(f"{percent} {who}({pen.count(count, False)} {noun}) {pen.level(level)}")
        facts += [rating.fact("share", value, level), rating.fact("count", count, level)]
    return prose("share_then_count", f"{scene.lead(rating)}{'; '.join(parts)}.", facts)


def rng_small(scene: Scene) -> int:
    """Two or three levels."""
    return scene.rng.choice((2, 3))


@WIDER
def in_the_headline(scene: Scene) -> Piece | None:
    """A headline that states the figure of the first sentence: one fact."""
    if scene.body.scope in ("province", "provincial_bloc"):
        return None
    rating = scene.rating(3)
    level = rating.levels[0]
    value, percent = scene.percent(rating, rating.counts[0])
    name, what = rating.kind.names[0], scene.pen.level(level)
    lines = (
        f"{scene.body.title}: {percent} {name} {what}",
        f"Năm {rating.year}, {scene.owner(rating)} có {percent} {name} {what}.",
    )
    return Piece("in_the_headline", "headed", lines, (rating.fact("share", value, level),))
