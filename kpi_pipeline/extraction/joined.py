"""Subjects and levels that are said together, as one token each; levels that are praise for one task.

Belongs here: joining "chi bộ, đảng viên" and "tốt và xuất sắc", telling a level from "hoàn thành tốt nhiệm vụ tuyển
quân". Does not belong here: where sentences end (clauses), which level a number gets (topics).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

PEOPLE = frozenset(("party_member", "leader", "civil_servant"))
"""The subjects that are people, not bodies."""
RATED_STRONG = frozenset(("mass_organisation", "local_government"))
"""The subjects of which "vững mạnh" alone is a level."""


@dataclass(slots=True)
class Subject(Token):
    """One or more counted populations after one number: `code` is the first, `also` the others."""

    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Level(Token):
    """Levels said together: `levels` in the order of the text, `above` with "trở lên"."""

    levels: tuple[str, ...] = ()
    above: bool = False
    full: bool = True


_LIST_MARKS = frozenset((",", "and", "/", "-"))


def join_subjects(tokens: list[Token]) -> list[Token]:
    """Joins "chi, đảng bộ và cán bộ đảng viên" into one subject when no number stands between."""
    result: list[Token] = []
    reached = 0
    for place, token in enumerate(tokens):
        if token.kind == "subject" and place >= reached:
            result += tokens[reached:place]
            joined, reached = _joined_subject(tokens, place)
            result.append(joined)
    return result + tokens[reached:] if result else tokens


def _joined_subject(tokens: Sequence[Token], place: int) -> tuple[Subject, int]:
    """The subject at a place with those it is listed with, and the place behind the last of them."""
    token = tokens[place]
    joined = Subject("subject", token.code, token.start, token.end)
    also: list[str] = []
    ahead = place + 1
    while ahead < len(tokens) and tokens[ahead].kind == "subject" and tokens[ahead].start == joined.end + 1:
        joined.end = tokens[ahead].end
        ahead += 1
    while token.code.endswith("party_cell") and _village_behind(tokens, ahead):
        ahead = _village_behind(tokens, ahead)
        joined.end = tokens[ahead - 1].end
    while ahead < len(tokens):
        step = ahead
        marks = 0
        while step < len(tokens) and (tokens[step].kind in _LIST_MARKS or tokens[step].kind == "filler"):
            marks += tokens[step].kind in _LIST_MARKS
            step += 1
        if not marks or marks > 2 or step >= len(tokens) or tokens[step].kind != "subject":
            break
        counted = place > 0 and tokens[place - 1].kind == "number" and tokens[step].code == token.code
        if counted and any(between.kind == "filler" for between in tokens[ahead:step]):
            break
        if counted and _heads_next_level(tokens, place - 2, step + 1):
            break
        again = tokens[step].code == token.code and tokens[step].end - tokens[step].start == token.end - token.start
        placed = place > 0 and tokens[place - 1].kind == "among" and {token.code, tokens[step].code} & PEOPLE
        if again or (placed and token.code not in PEOPLE):
            break
        if tokens[step].code not in (token.code, *also):
            also.append(tokens[step].code)
        joined.end = tokens[step].end
        ahead = step + 1
    joined.also = tuple(also)
    return joined, ahead


def _heads_next_level(tokens: Sequence[Token], before: int, behind: int) -> bool:
    """ "... hoàn thành tốt nhiệm vụ: 13 xã, chính quyền cấp xã hoàn thành nhiệm vụ: 2": a noun that opens an item."""
    while before > 0 and tokens[before].kind in ("have", "link", ":", "filler"):
        before -= 1
    told = before >= 0 and tokens[before].kind in LEVEL_KINDS
    return told and behind < len(tokens) and tokens[behind].kind in LEVEL_KINDS


def _village_behind(tokens: Sequence[Token], place: int) -> int:
    """ "chi bộ thôn, bản": the place behind one more kind of village that a mark at a place leads to; 0: none."""
    if place + 1 >= len(tokens) or tokens[place].kind not in _LIST_MARKS:
        return 0
    place += 1 + (tokens[place + 1].kind == "filler")  # "tổ" of "tổ dân phố"
    named = place < len(tokens) and tokens[place].kind == "word" and tokens[place].code in _VILLAGES
    return place + 1 if named else 0


_VILLAGES = frozenset(
    map(fold, ("thôn", "bản", "ấp", "khóm", "xóm", "buôn", "làng", "khối", "khu", "khu phố", "khối phố", "dân phố",
               "khu dân cư", "khu vực", "tiểu khu", "sóc", "phum", "cụm dân cư"))
)  # fmt: skip


_NAMES_LEVEL = (fold("mức hoàn thành nhiệm vụ"), fold("mức độ hoàn thành nhiệm vụ"))
_OPENS_ITEM = frozenset((",", ";", ":", "-", "and", "filler"))
_ENDS_ITEM = frozenset((",", ";", "(", "and"))


def levels_of_scale(page: Page, tokens: list[Token]) -> list[Token]:
    """The tokens, a scale that a number is told of ("mức hoàn thành nhiệm vụ có 12 chi bộ, ...") made that level."""
    result = tokens
    for place, token in enumerate(tokens):
        led = [after.kind for after in tokens[place + 1 : place + 5]]
        if token.kind != "scale" or led[:2] not in (["have", "number"], ["link", "number"], [":", "number"]):
            continue
        counted = led[2:3] in (["subject"], ["unit"])
        opens = not place or tokens[place - 1].kind in _OPENS_ITEM
        ends = set(led[2 + counted : 3 + counted]) <= _ENDS_ITEM
        parted = any(after.kind == "among" for after in tokens[place : place + 8])
        if opens and ends and not parted and page.folded[token.start : token.end] in _NAMES_LEVEL:
            result = [*tokens] if result is tokens else result
            result[place] = Token("level", "completed", token.start, token.end)
    return result


def join_levels(page: Page, tokens: list[Token]) -> list[Token]:
    """Joins levels said together ("tốt và xuất sắc nhiệm vụ") into one, and takes "trở lên" into it."""
    result: list[Token] = []
    reached = 0
    for place, token in enumerate(tokens):
        if token.kind in LEVEL_KINDS and place >= reached:
            result += tokens[reached:place]
            reached = place + 1
            joined: Token = token
            if _names_task(page, tokens, place):
                joined = Token("word", "", token.start, token.end)
            elif token.kind == "short" and token.code == "completed" and _does_more(tokens, place + 1):
                joined = Token("word", "", token.start, token.end)  # "hoàn thành 14/14 chỉ tiêu (100%)"
            elif token.kind == "short" and _MOVEMENT.search(page.folded, max(0, token.start - _LEAD), token.start):
                joined = Token("trap", SLOGAN, token.start, token.end)
            else:
                joined, reached = _joined_level(tokens, place)
            result.append(joined)
    return result + tokens[reached:] if result else tokens


SLOGAN = "slogan"
_LEAD = 16
_MOVEMENT = re.compile(
    fold(r"(?:[\"“”'‘]|(?:chi bộ|đảng bộ|mô hình|tiêu chí|tiêu chuẩn|đạt) )(?:0?[3-5]|ba|bốn|năm) $")
)
"""What makes "tốt" part of a movement's name ("chi bộ 4 tốt")."""
LEVEL_KINDS = frozenset(("level", "short"))
_LEVEL_JOINTS = frozenset(("and", ",", "/", "filler", "have"))


def _joined_level(tokens: Sequence[Token], place: int) -> tuple[Level, int]:
    """The level at a place with those said beside it, and the place behind the last of them."""
    token = tokens[place]
    levels = [token.code]
    full = token.kind == "level"
    ahead, end = place + 1, token.end
    while ahead < len(tokens):
        if tokens[ahead].kind == "word" and tokens[ahead].code == "nhiệm vụ":
            end = tokens[ahead].end
            ahead += 1
            continue
        step = ahead
        while step < len(tokens) and step - ahead < 3 and tokens[step].kind in _LEVEL_JOINTS:
            step += 1
        if step == ahead or step >= len(tokens) or tokens[step].kind not in LEVEL_KINDS:
            break
        if "not_assessed" in (tokens[step].code, levels[-1]) or tokens[step].code in levels:
            break
        if _has_own_number(tokens, place, ahead, step) or _is_denied(tokens, place, step):
            break
        if tokens[step].kind == "short" and tokens[step].code == "completed" and _does_more(tokens, step + 1):
            break
        levels.append(tokens[step].code)
        full = full or tokens[step].kind == "level"
        end = tokens[step].end
        ahead = step + 1
    level = Level("level", levels[0], token.start, end, tuple(levels), False, full)
    if ahead < len(tokens) and tokens[ahead].kind == "above":
        level.above = True
        level.end = tokens[ahead].end
        ahead += 1
    return level, ahead


def _has_own_number(tokens: Sequence[Token], first: int, mark: int, place: int) -> bool:
    """ "81% trong sạch, vững mạnh, yếu kém còn 0,6%": whether a level behind a comma has a number of its own."""
    kinds = [token.kind for token in tokens[place + 1 : place + 3]]
    own = kinds in (["becomes", "number"], ["link", "number"])
    counted = any(token.kind == "number" for token in tokens[max(0, first - 3) : first])
    return own and counted and [token.kind for token in tokens[mark:place]] == [","]


def _is_denied(tokens: Sequence[Token], first: int, place: int) -> bool:
    """ "không có đảng viên không hoàn thành nhiệm vụ, hoàn thành xuất sắc 15%": only the first has none."""
    if tokens[first].code != "not_completed" or not any(t.kind == "zero" for t in tokens[max(0, first - 3) : first]):
        return False
    reach = 2 if tokens[place].code == "completed" else 4
    return any(token.kind == "number" for token in tokens[place + 1 : place + reach])


def _does_more(tokens: Sequence[Token], place: int) -> bool:
    """ "30 chi bộ hoàn thành tốt nhiệm vụ, hoàn thành 15/15 chỉ tiêu": whether another matter is told to be done."""
    while place < len(tokens) and tokens[place].kind in ("and", "change"):
        place += 1
    number = place < len(tokens) and tokens[place].kind in ("number", "masked")
    return number and any(token.kind in _OF_PLANS for token in tokens[place + 1 : place + 4])


_OF_PLANS = frozenset(("target", "planref", "planpart"))
_TASKS = tuple(
    map(fold, ("chính trị", "quân sự", "quốc phòng", "an ninh", "chuyên môn", "sản xuất", "thu ngân sách", "tuyển quân",
               "giao quân", "huấn luyện", "sẵn sàng", "diễn tập", "công tác", "kép", "kế hoạch", "kinh tế",
               "phát triển", "bảo đảm", "đảm bảo", "phòng chống", "vận động", "bảo vệ", "lãnh đạo", "tuyên truyền",
               "trong đợt", "trong cuộc", "trong chuyến", "trong lễ", "tại đại hội thể", "tại hội thi", "diễu binh"))
)  # fmt: skip


def _names_task(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """Whether words after "nhiệm vụ" name one task ("nhiệm vụ quân sự"): praise for work, no level of a rating."""
    if tokens[index].kind != "level" or index + 1 >= len(tokens):
        return False
    after = tokens[index + 1]
    if after.start != tokens[index].end + 1:
        return False
    named = page.folded.startswith(_TASKS, after.start)
    whole = page.folded.endswith(_TASKS_END, 0, tokens[index].end) or page.folded.startswith(_OF_COURSES, after.start)
    if not named and after.kind in _OF_TASKS and whole:
        named = page.text[after.start].islower() and _GOES_ON.match(page.folded, after.start) is None
    return named and not _all_its_tasks(page, tokens, index)


_TASKS_END = (fold("nhiệm vụ"), "nv")
_OF_COURSES = tuple(map(fold, ("chương trình", "khóa", "khoá", "lớp", "bài thi", "phần thi", "kỳ thi", "nội dung thi")))
"""What somebody completes well that is no rating ("hoàn thành xuất sắc chương trình bồi dưỡng")."""
_OF_TASKS = frozenset(("word", "trap", "indicator"))
_GOES_ON = re.compile(
    fold(
        r"(?:và|hoặc|thì|mà|do|vì|nhờ|bởi|để|nên|nhưng|song|khi|sau|trước|qua|từ|đến|cho|với|theo|như|cùng|trong|trên|dưới"
        r"|ở|tại|thuộc|của|so|vượt|bằng|cao|thấp|nhiều|ít|chỉ|đều|cũng|vẫn|đã|đang|được|bị|không|chưa|có|còn|là|nằm|đứng"
        r"|dẫn đầu|rất|khá|trở|trờ|nữa|liên|liền|hai|ba|bốn|năm|lần|loại|mức|đạt|chiếm|tăng|giảm|giữ|nâng|đưa|bình quân"
        r"|trung bình|tương|gần|hơn|kém|này|đó|ấy|nói|chung|giai đoạn|nhiệm kỳ|suốt|cuối|đầu|đúng|toàn|các|những|số|tỷ"
        r"|tỉ|về|gồm|bao|cụ thể|riêng|ngoài|tiêu biểu|xuất sắc|tốt|khen|tặng|đề nghị|cả|hằng|hàng|nhất|ngay|gắn"
        r"|góp phần|lên|xuống|thêm|ngày càng|mấy|luôn|duy trì|dao động|thường|ổn định"
        r"|khối|nhìn chung|vỏn vẹn|dự kiến|xứng đáng|kịp thời|phần lớn|hiện|≥|>)(?!\w)"
    )
)
"""How words go on behind a level that is of all the work of those rated; any other word names one task."""
_ALL_TASKS = re.compile(
    fold(r" chính trị(?: (?:được giao|đề ra|của (?:đơn vị|địa phương|cơ quan)))?\s*")
    + fold(r"(?:[;.]|$|,(?= (?:trong đó )?(?:có )?\d))")
)


def _all_its_tasks(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """ "12 xã hoàn thành tốt nhiệm vụ chính trị": a body's political task, said last, is all that it has to do.

    "100% cơ quan" is praise, and so is what people do.
    """
    number = tokens[index - 2] if index > 1 and tokens[index - 1].kind in ("subject", "scope") else None
    counted = isinstance(number, Figure) and number.kind == "number" and not number.percent
    bodies = counted and tokens[index - 1].code not in PEOPLE
    return bodies and _ALL_TASKS.match(page.folded, tokens[index].end) is not None


def counts_same(whole: Token, part: Token | None, towards: bool) -> bool:
    """Whether the noun of a part may stand for that of its whole: the same one, "đồng chí" for people.

    Behind "đối với" also "tổ chức", "đảng bộ" and the like for bodies, or no noun at all ("đối với 52 xã, có 10 ...").
    """
    if part is None:
        return towards
    if (part.kind, part.code) == (whole.kind, whole.code):
        return True
    if whole.code in PEOPLE:
        return (part.kind, part.code) == ("unit", "person")
    if whole.code == "leadership_collective" and part.code == "collective":
        return True
    return towards and part.kind == "unit" and part.code in _BODIES_SAID


_BODIES_SAID = frozenset(("body", "party_body", "party_committee", "party_cell"))
