"""Sentences that tell how a population is spread over the levels.

Belongs here: templates of one rating in one sentence. Does not belong here: targets (`targets`), lists and tables
(`layouts`), several ratings at once (`several`).
"""

from kpi_pipeline_tests.page_generator.facts import Rating, Record
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene, prose

DISTRIBUTIONS = Register()
_LINKS = (
    " ({})", " ({})", " (chiếm {})", " (đạt {})", " (tỷ lệ {})", ", chiếm {}", ", đạt tỷ lệ {}", ", bằng {}",
    ", chiếm tỉ lệ {}", ", tỷ lệ {}", " (chiếm tỷ lệ {})", " - chiếm {}", ", tương đương {}", " (bằng {})",
)  # fmt: skip
_VERBS = ("", "", "", "", "được xếp loại ", "đạt mức ", "được đánh giá ", "xếp loại ", "được công nhận ", "ở mức ",
          "được xếp ở mức ", "được đánh giá, xếp loại ", "được xếp loại chất lượng ")  # fmt: skip


def _join(scene: Scene, parts: list[str], commas: bool) -> str:
    mark = ", " if commas else "; "
    if len(parts) > 1 and scene.rng.random() < 0.35:
        return mark.join(parts[:-1]) + (" và " if commas else "; ") + parts[-1]
    return mark.join(parts)


def items(scene: Scene, rating: Rating, style: str, ellipsis: bool = False) -> tuple[str, list[Record]]:
    """All levels of a rating as a list in running text, the first with the full name of what is counted.

    `style` is count, share, both, ratio or ratio_share.
    """
    rng, pen = scene.rng, scene.pen
    link = rng.choice(_LINKS) if style in ("both", "ratio_share") else ""
    verb = rng.choice(_VERBS)
    name, noun = rng.choice(rating.kind.names), rng.choice(rating.kind.nouns)
    parts: list[str] = []
    facts: list[Record] = []
    for place, (level, count) in enumerate(zip(rating.levels, rating.counts, strict=True)):
        who = name if place == 0 else (noun if not ellipsis else "")
        said = pen.level(level, short=place > 0 and ellipsis and rng.random() < 0.5)
        share, percent = scene.percent(rating, count)
        number = percent if style == "share" else pen.count(count, bool(who))
        if style.startswith("ratio"):
            number = f"{pen.ratio(count, rating.total)}"
        text = " ".join(word for word in (number, who, (verb if not ellipsis else "") + said) if word)
        if style != "share":
            facts.append(rating.fact("count", count, level))
        if style.startswith("ratio"):
            facts.append(rating.fact("total", rating.total))
        if link:
            text += link.format(percent)
        if link or style == "share":
            facts.append(rating.fact("share", share, level))
        parts.append(text)
    return _join(scene, parts, commas=not link.startswith(",") and rng.random() < 0.6), facts


@DISTRIBUTIONS
def full_list(scene: Scene) -> Piece:
    """«Năm 2021, toàn tỉnh có 120 tổ chức … (20%), 432 … và 3 …»."""
    rating = scene.rating()
    text, facts = items(scene, rating, scene.rng.choice(("count", "both", "ratio", "ratio_share")))
    return prose("full_list", f"{scene.lead(rating)}{text}.", facts)


@DISTRIBUTIONS
def shares(scene: Scene) -> Piece:
    """«Năm 2021, 20% đảng viên của huyện … hoàn thành xuất sắc nhiệm vụ, 75% …»."""
    rating = scene.rating()
    text, facts = items(scene, rating, "share", ellipsis=scene.rng.random() < 0.5)
    return prose("shares", f"{scene.lead(rating)}{text}.", facts)


@DISTRIBUTIONS
def total_before(scene: Scene) -> Piece:
    """«Trong tổng số 640 tổ chức cơ sở đảng được đánh giá năm 2021, … có 120 tổ chức …»."""
    rng, rating = scene.rng, scene.rating()
    name, noun = rng.choice(rating.kind.names), rng.choice(rating.kind.nouns)
    total, owner = scene.pen.count(rating.total), scene.owner(rating)
    assessed = rng.choice(("được đánh giá, xếp loại", "được đánh giá", "được xếp loại", "tham gia đánh giá, xếp loại"))
    start = rng.choice(
        (
            f"Trong tổng số {total} {name} của {owner} {assessed} năm {rating.year}, có ",
            f"Trong {total} {name} {assessed} năm {rating.year} của {owner}, có ",
            f"Năm {rating.year}, trong tổng số {total} {name} {assessed}, {owner} có ",
            f"Năm {rating.year}, {owner} có {total} {name} {assessed}, trong đó có ",
            f"Năm {rating.year}, {owner} đánh giá, xếp loại {total} {name}; kết quả có ",
            f"Năm {rating.year}, {owner} tiến hành đánh giá, xếp loại đối với {total} {name}. Kết quả: ",
        )
    )
    short = Rating(rating.body, type(rating.kind)(rating.kind.code, (noun,), (noun,), 0, 0), rating.year,
                   rating.indicator, rating.levels, rating.counts, rating.province)  # fmt: skip
    text, facts = items(scene, short, rng.choice(("count", "both")), ellipsis=rng.random() < 0.3)
    return prose("total_before", f"{start}{text}.", [rating.fact("total", rating.total), *facts])


@DISTRIBUTIONS
def inverse(scene: Scene) -> Piece:
    """«Kết quả xếp loại đảng viên năm 2021 của …: Hoàn thành xuất sắc nhiệm vụ 40 đồng chí (10%); …»."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating()
    name, noun = rng.choice(rating.kind.names), rng.choice(rating.kind.nouns)
    colon = rng.choice((":", ":", "", " có"))
    link = rng.choice(("", " ({})", ", chiếm {}", ", đạt {}"))
    parts, facts = [], []
    for level, count in zip(rating.levels, rating.counts, strict=True):
        part = f"{pen.level(level)}{colon} {pen.count(count)} {noun}"
        facts.append(rating.fact("count", count, level))
        if link:
            share, percent = scene.percent(rating, count)
            part += link.format(percent)
            facts.append(rating.fact("share", share, level))
        parts.append(part)
    head = rng.choice(
        (
            f"Kết quả xếp loại {name} năm {rating.year} của {scene.owner(rating)}:",
            f"Năm {rating.year}, kết quả đánh giá, xếp loại {name} của {scene.owner(rating)} như sau:",
        )
    )
    return prose("inverse", f"{head} {'; '.join(parts)}.", facts)


@DISTRIBUTIONS
def respectively(scene: Scene) -> Piece:
    """«Tỷ lệ đảng viên hoàn thành xuất sắc, hoàn thành tốt … lần lượt là 14%, 80% …»."""
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(rng.randint(2, 4))
    values, said = zip(*(scene.percent(rating, count) for count in rating.counts), strict=True)
    names = [pen.level(level, short=level != rating.levels[-1]) for level in rating.levels]
    word = rng.choice(("lần lượt là", "lần lượt đạt", "tương ứng là"))
    text = (
        f"Tỷ lệ {rng.choice(rating.kind.names)} {', '.join(names[:-1])} và {names[-1]} của {scene.owner(rating)}"
        f" năm {rating.year} {word} {'; '.join(said[:-1])} và {said[-1]}."
    )
    facts = [rating.fact("share", value, level) for value, level in zip(values, rating.levels, strict=True)]
    return prose("respectively", text, facts)


def _good_or_better(rating: Rating) -> tuple[tuple[str, str], int, int]:
    """The two best levels, how many reached either, and how many the best."""
    best, second = rating.counts[0], rating.counts[1]
    return (rating.levels[0], rating.levels[1]), best + second, best


@DISTRIBUTIONS
def within(scene: Scene) -> Piece | None:
    """«… có 580 tổ chức hoàn thành tốt nhiệm vụ trở lên (90,6%), trong đó 120 tổ chức hoàn thành xuất sắc …»."""
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(rng.randint(3, 4))
    levels, both, best = _good_or_better(rating)
    name, noun = rng.choice(rating.kind.names), rng.choice(rating.kind.nouns)
    ratio = rng.random() < 0.5
    number = f"{pen.ratio(both, rating.total)}" if ratio else pen.count(both)
    facts = [rating.fact("count", both, *levels)]
    facts += [rating.fact("total", rating.total)] if ratio else []
    old = levels == ("exemplary", "clean_strong")
    what = f"đạt {pen.level('clean_strong')}" if old else pen.above(levels[1])
    if levels[0] == "clean_strong":
        return None
    share, percent = scene.percent(rating, both)
    bracket = rng.random() < 0.5
    text = f"{scene.lead(rating)}{number} {name} {what}"
    if bracket:
        text += f" ({percent})"
        facts.append(rating.fact("share", share, *levels))
    text += rng.choice((", trong đó có ", ", trong đó ", "; trong đó "))
    text += f"{pen.count(best)} {noun} {'đạt ' if old else ''}{pen.level(levels[0])}"
    facts.append(rating.fact("count", best, levels[0]))
    if ratio and rng.random() < 0.5:
        base = rng.choice(("assessed", "+".join(sorted(levels))))
        inner = rating.share(best, 2) if base == "assessed" else round(100 * best / both + 1e-9, 2)
        if abs(best / rating.total - best / both) < 0.002:
            return None
        text += f" ({pen.share(inner, 2)})"
        facts.append(rating.fact("share", inner, levels[0], base=base))
    return prose("within", f"{text}.", facts)


@DISTRIBUTIONS
def union(scene: Scene) -> Piece | None:
    """«… có 4/4 đơn vị hoàn thành tốt và hoàn thành xuất sắc nhiệm vụ (100%)»."""
    rng, pen, rating = scene.rng, scene.pen, scene.rating(rng_levels(scene))
    levels, both, _ = _good_or_better(rating)
    if levels != ("excellent", "good"):
        return None
    pair = rng.choice(
        ("hoàn thành tốt và hoàn thành xuất sắc nhiệm vụ", "hoàn thành xuất sắc và hoàn thành tốt nhiệm vụ",
         "hoàn thành tốt, hoàn thành xuất sắc nhiệm vụ", "hoàn thành tốt và xuất sắc nhiệm vụ")
    )  # fmt: skip
    share, percent = scene.percent(rating, both)
    name = rng.choice(rating.kind.names)
    facts = [rating.fact("share", share, *levels)]
    if rng.random() < 0.4:
        text = f"{scene.lead(rating)}{percent} {name} {pair}."
    else:
        text = f"{scene.lead(rating)}{pen.ratio(both, rating.total)} {name} {pair}"
        text += rng.choice((f" ({percent}).", f", đạt {percent}.", f", chiếm tỷ lệ {percent}."))
        facts += [rating.fact("count", both, *levels), rating.fact("total", rating.total)]
    return prose("union", text, facts)


def rng_levels(scene: Scene) -> int:
    """Two levels now and then, when nobody falls below the second, else three."""
    return scene.rng.choice((2, 3, 3))


@DISTRIBUTIONS
def zero(scene: Scene) -> Piece | None:
    """«…; không có tổ chức nào không hoàn thành nhiệm vụ»."""
    rng = scene.rng
    rating = scene.rating(3)
    worst = "weak" if rating.indicator.startswith("clean") else "not_completed"
    if worst in rating.levels:
        return None
    text, facts = items(scene, rating, rng.choice(("count", "both")))
    noun = rng.choice(rating.kind.nouns)
    tail = rng.choice((f"không có {noun} nào {scene.pen.level(worst)}", f"không có {noun} {scene.pen.level(worst)}"))
    facts.append(rating.fact("count", 0, worst))
    return prose("zero", f"{scene.lead(rating)}{text}; {tail}.", facts)


@DISTRIBUTIONS
def the_rest(scene: Scene) -> Piece:
    """«…, còn lại 5 tổ chức hoàn thành nhiệm vụ»; without a number the rest is no fact."""
    rng, rating = scene.rng, scene.rating(3)
    last = rating.levels[-1]
    head = Rating(
        rating.body, rating.kind, rating.year, rating.indicator, rating.levels[:2], rating.counts[:2], rating.province
    )
    text, facts = items(scene, head, "count")
    if rng.random() < 0.6:
        text += (
            f", còn lại {scene.pen.count(rating.counts[-1])} {rng.choice(rating.kind.nouns)} {scene.pen.level(last)}"
        )
        facts.append(rating.fact("count", rating.counts[-1], last))
    else:
        text += f", số còn lại {scene.pen.level(last)}"
    return prose("the_rest", f"{scene.lead(rating)}{text}.", facts)


@DISTRIBUTIONS
def one_level(scene: Scene) -> Piece:
    """A single level with a comparator or a change: «… trên 90% …», «…, tăng 2,3% so với năm 2020»."""
    rng, pen = scene.rng, scene.pen
    rating = scene.rating(rng.randint(2, 3))
    levels, both, best = _good_or_better(rating)
    comparator = rng.choice(("eq", "eq", "gt", "gt", "approx"))
    name, owner = rng.choice(rating.kind.names), scene.owner(rating)
    above = rng.random() < 0.5 and levels == ("excellent", "good")
    what = pen.above("good") if above else pen.level(levels[0])
    value, number = scene.percent(rating, both if above else best)
    if comparator != "eq":
        value = min(98, max(2, round(value)))
        number = f"{pen.comparator(comparator)}{value}%"
    told = levels if above else levels[:1]
    fact = rating.fact("share", value, *told, comparator=comparator)
    text = rng.choice(
        (
            f"Năm {rating.year}, {owner} có {number} {name} {what}",
            f"Năm {rating.year}, tỷ lệ {name} của {owner} {what} đạt {number}",
            f"Tỷ lệ {name} {what} của {owner} năm {rating.year} là {number}",
            f"Năm {rating.year}, {number} {name} của {owner} {what}",
        )
    )
    if rng.random() < 0.35:
        change = f"{rng.uniform(0.3, 5):.1f}".replace(".", ",")
        before = f"năm {rating.year - 1}"
        text += rng.choice(
            (
                f", tăng {change}% so với {before}",
                f" (tăng {change}% so với {before})",
                f", giảm {change}% so với năm trước",
                f", cao hơn {before} {change}%",
            )
        )
    return prose("one_level", f"{capital(text)}.", [fact])
