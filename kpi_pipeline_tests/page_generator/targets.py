"""Sentences about what is aimed at: of one year, of a term, of every year of a term, and beside results.

Belongs here: templates of targets. Does not belong here: other results (`distributions`, `several`).
"""

from kpi_pipeline_tests.page_generator.facts import LAST_OLD_YEAR, Rating, Record
from kpi_pipeline_tests.page_generator.pen import capital
from kpi_pipeline_tests.page_generator.scene import Piece, Register, Scene, prose

TARGETS = Register()
_AIM = ("phấn đấu có", "phấn đấu", "đặt mục tiêu có", "đề ra chỉ tiêu có", "đặt mục tiêu")


def _term(year: int) -> tuple[int, int]:
    """The term a year lies in: those of the Party begin in 2010, 2015, 2020."""
    start = year - year % 5
    return start, start + 5


def _aimed(scene: Scene, rating: Rating, kind_name: str | None = None) -> tuple[str, Record]:
    """«ít nhất 90% đảng viên hoàn thành tốt nhiệm vụ trở lên» and its fact, still of the rating's own year."""
    rng, pen = scene.rng, scene.pen
    value = rng.choice((75, 80, 82, 85, 88, 90, 92, 95, 98))
    name = kind_name or rng.choice(rating.kind.names)
    form = rng.choice(("eq", "ge", "ge", "gt", "ge_behind", "from_behind"))
    number, code = {
        "eq": (f"{value}%", "eq"),
        "ge": (f"{pen.comparator('ge')}{value}%", "ge"),
        "gt": (f"trên {value}%", "gt"),
        "ge_behind": (f"{value}% trở lên", "ge"),
        "from_behind": (f"từ {value}% trở lên", "ge"),
    }[form]
    fact = rating.fact("share", value, "excellent", "good", comparator=code, modality="target")
    return f"{number} {name} {pen.above('good')}", fact


def _aim_rating(scene: Scene, year: int, last: int | None = None) -> Rating | None:
    """A rating on the new scale for an aim of `year`, or up to `last`; None where the old scale still held."""
    rating = scene.rating(2, year=year)
    old = rating.kind.code != "party_member" and year <= LAST_OLD_YEAR
    return None if old or (last is not None and last <= LAST_OLD_YEAR) else rating


@TARGETS
def year_target(scene: Scene) -> Piece | None:
    """«Năm 2022, huyện … phấn đấu có ít nhất 90% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ trở lên»."""
    rng = scene.rng
    rating = _aim_rating(scene, scene.year + 1)
    if rating is None:
        return None
    text, fact = _aimed(scene, rating)
    owner = scene.owner(rating)
    sentence = rng.choice(
        (
            f"Năm {rating.year}, {owner} {rng.choice(_AIM)} {text}.",
            f"{capital(owner)} {rng.choice(_AIM)} {text} trong năm {rating.year}.",
            f"Mục tiêu năm {rating.year} của {owner} là {text}.",
        )
    )
    return prose("year_target", sentence, [fact])


@TARGETS
def yearly_target_of_term(scene: Scene) -> Piece | None:
    """«Nhiệm kỳ 2020-2025, … phấn đấu hằng năm có 90% …; trên 85% …»."""
    rng = scene.rng
    first, last = _term(scene.year)
    parts, facts = [], []
    kinds: list[str] = []
    rating = None
    for _ in range(rng.randint(1, 3)):
        rating = _aim_rating(scene, scene.year, last)
        if rating is None or rating.kind.code in kinds:
            continue
        kinds.append(rating.kind.code)
        text, fact = _aimed(scene, rating)
        parts.append(text)
        facts.append(fact | {"period_start": str(first), "period_end": str(last), "annual": True})
    if rating is None:
        return None
    every = rng.choice(("hằng năm", "hàng năm", "mỗi năm"))
    dash = rng.choice(("-", " - ", "–"))
    lead = rng.choice(
        (
            f"Nhiệm kỳ {first}{dash}{last}, {scene.owner(rating)} phấn đấu {every} có ",
            f"Trong nhiệm kỳ {first}{dash}{last}, {scene.owner(rating)} đặt mục tiêu {every} có ",
            f"{capital(scene.owner(rating))} đề ra chỉ tiêu nhiệm kỳ {first}{dash}{last}: {capital(every)} có ",
        )
    )
    return prose("yearly_target_of_term", f"{lead}{'; '.join(parts)}.", facts)


@TARGETS
def result_beside_target(scene: Scene) -> Piece | None:
    """«Năm 2021, 94,2% … hoàn thành tốt nhiệm vụ trở lên (chỉ tiêu 90%)»."""
    rng, pen = scene.rng, scene.pen
    rating = _aim_rating(scene, scene.year)
    if rating is None:
        return None
    aim = rng.choice((75, 80, 85, 90))
    value = round(rng.uniform(aim, 99), 1)
    levels = rating.levels[:2]
    number = pen.share(value, 1)
    name, owner = rng.choice(rating.kind.names), scene.owner(rating)
    form = rng.choice(("", "trên "))
    tail = rng.choice((f" (chỉ tiêu {form}{aim}%)", f" (nghị quyết đề ra {form}{aim}%)",
                       f", vượt chỉ tiêu đề ra (chỉ tiêu là {form}{aim}%)", f" (mục tiêu {form}{aim}%)"))  # fmt: skip
    text = f"Năm {rating.year}, {owner} có {number} {name} {pen.level('good')} trở lên{tail}."
    facts = [
        rating.fact("share", value, *levels),
        rating.fact("share", aim, *levels, comparator="gt" if form else "eq", modality="target"),
    ]
    return prose("result_beside_target", text, facts)


@TARGETS
def target_after_result(scene: Scene) -> Piece | None:
    """A result of the year, then the aim of the next in a sentence of its own."""
    rng, pen = scene.rng, scene.pen
    result = _aim_rating(scene, scene.year)
    if result is None:
        return None
    value = round(rng.uniform(80, 99), 1)
    name = rng.choice(result.kind.names)
    aimed = scene.rating(2, kind=result.kind, year=result.year + 1)
    text, fact = _aimed(scene, aimed, name)
    sentence = (
        f"Năm {result.year}, {scene.owner(result)} có {pen.share(value, 1)} {name} {pen.level('good')} trở lên."
        f" {rng.choice(('Năm', 'Bước sang năm'))} {aimed.year}, {scene.owner(result)} {rng.choice(_AIM)} {text}."
    )
    facts = [result.fact("share", value, *result.levels[:2]), fact]
    return prose("target_after_result", sentence, facts)


@TARGETS
def none_left_behind(scene: Scene) -> Piece | None:
    """«… phấn đấu không có tổ chức cơ sở đảng nào không hoàn thành nhiệm vụ»: a target of nought."""
    rating = _aim_rating(scene, scene.year + 1)
    if rating is None:
        return None
    rng = scene.rng
    name = rng.choice(rating.kind.names)
    text, fact = _aimed(scene, rating, name)
    zero = rating.fact("count", 0, "not_completed", modality="target")
    sentence = (
        f"Năm {rating.year}, {scene.owner(rating)} {rng.choice(_AIM)} {text}, không có"
        f" {rating.kind.nouns[0]}{rng.choice((' nào', ''))} {scene.pen.level('not_completed')}."
    )
    return prose("none_left_behind", sentence, [fact, zero])


@TARGETS
def by_the_year(scene: Scene) -> Piece | None:
    """«Đến năm 2025, phấn đấu có 90% …»: the aim of that year."""
    aim = scene.year - scene.year % 5 + 5
    rating = _aim_rating(scene, aim)
    if rating is None:
        return None
    text, fact = _aimed(scene, rating)
    sentence = f"Đến năm {aim}, {scene.owner(rating)} {scene.rng.choice(('phấn đấu có', 'đặt mục tiêu có'))} {text}."
    return prose("by_the_year", sentence, [fact])
