"""Bodies that a text only speaks of: authors of documents, guests, offices that report on others.

Belongs here: telling from the words around a body that the numbers are not its own. Does not belong here: which bodies
a sentence names (bodies), the choice among them (carry).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

_AUTHOR = tuple(
    fold(f"{by} {through}")
    for by in ("của", "từ")
    for through in ("", "ban thường vụ ", "ban chấp hành ", "thường trực ", "btv ")
)
_CITED = re.compile(
    fold(
        r"(?:công văn|kế hoạch|hướng dẫn|chỉ thị|quyết định|nghị quyết|quy định|quy chế|văn bản|chỉ đạo|lãnh đạo|đồng ý"
        r"|quan tâm|giúp đỡ|nhất trí|phê duyệt|phê chuẩn|ý kiến|tờ trình|thông báo|thông tư|nghị định|kết luận|yêu cầu"
        r"|thông tri|giao|đại diện|bằng khen|giấy khen|cờ thi đua|kỷ niệm chương)"
        rf"(?!\w)[^,;:.()]{{0,60}}(?:{'|'.join(_AUTHOR)})$"
    )
)
_CONGRESS = re.compile(
    fold(r"(?:đại hội|nghị quyết)(?: đại biểu)?(?: (?:đảng bộ|công đoàn|hội|đoàn|các cấp))? ?$|đại biểu $")
)
_AHEAD = re.compile(
    fold(r"(?:nghị quyết|chào mừng|hướng tới|tiến tới|văn kiện|dự|chương trình|đại biểu dự) đại hội[^,;:.]{0,30}$")
)
_MEETS = tuple(map(fold, ("hội trường ", "trụ sở ", "phòng họp ", "nhà khách ", "hội trường của ")))
_STUDIED = tuple(map(fold, ("học tập ", "quán triệt ", "nghiên cứu ")))
_SAYS = re.compile(fold(r"[^.;:\n]{0,45}?(?:cho biết|cho hay|thông tin|báo cáo kết quả)"))
_PERSONNEL = tuple(map(fold, ("sở nội vụ", "phòng nội vụ", "phòng tổ chức - nội vụ", "phòng nội vụ - lao động")))
_REPORTS = re.compile(
    fold(
        r"[^.;:\n]{0,30}?(?<!\w)(?:báo cáo|tổng hợp|thẩm định|cho biết|cho hay|công bố|nhìn nhận"
        r"|rà soát)(?!\w)"
    )
)
"""What the office for personnel does where it tells of all others."""
_OF_OFFICE = (fold("của sở"), fold("của phòng"))
_OF_ITS_OWN = (fold("của cơ quan"), fold("của đơn vị"), fold("trực thuộc sở"))
_OFFICES = tuple(map(fold, ("sở ", "phòng ")))
_ANNOUNCES = re.compile(
    fold(r"(?: vừa| đã| mới)?(?: có)?(?: ra| ban hành)? (?:công bố|thông báo|quyết định(?: \S+){0,2} công bố)")
    + fold(r"(?: kết quả)?(?: đánh giá,?| xếp loại| phân loại)")
)
"""What an office does that has rated others; those "trực thuộc" are its own."""
_ITS_OWN, _NEAR = fold("trực thuộc"), 90
_PRESENT = tuple(
    map(
        fold,
        (
            "đề nghị ",
            "tham mưu ",
            "tham mưu cho ",
            "tham mưu btv ",
            "tham mưu ban thường vụ ",
            "trình ",
            "kính trình ",
            "gửi ",
            "lãnh đạo ",
            "đại diện ",
            "đại diện lãnh đạo ",
            "đồng chí ",
            "cán bộ ",
            "vay vốn ",
        ),
    )
)
_TELLING = (*_MEETS, *_PRESENT, *_AUTHOR)
_BELONGS = re.compile(fold(r"^[\s(]*(?:trực thuộc|thuộc|của)\s*$"))
_OF = fold("của ")
GUIDES = tuple(map(fold, (" yêu cầu", " hướng dẫn", " quy định", " ban hành", " đề nghị", " chỉ đạo", " phê duyệt")))
"""What a ministry does to others: a sentence that says so is about them."""


def is_told(page: Page, start: int) -> bool:
    """Whether what stands at a place is only told of a result ("báo cáo Bộ Nội vụ kết quả ..."), no source of it."""
    folded = page.folded
    return folded.endswith(_TOLD, 0, start) and not folded.endswith(_BY, 0, start)


_TOLD, _BY = fold("báo cáo "), fold("theo báo cáo ")


def only_cited(page: Page, tokens: Sequence[Token], index: int, stop: int, below: int) -> bool:
    """Whether a body is the author of a document, the office of a guest, or the one above the body before it.

    `below` is where the name of a smaller body ends that stands before it; -1 for none. A body that says something
    itself is none of these.
    """
    return _told_by_lead(page, tokens, index, below) and _SAYS.match(page.folded, stop) is None


def _told_by_lead(page: Page, tokens: Sequence[Token], index: int, below: int) -> bool:
    """Whether the words before a body say so of it."""
    start = tokens[index].start
    if index and tokens[index - 1].kind == "person" and start - tokens[index - 1].end <= 1:
        return True
    if 0 <= below < start and _BELONGS.match(page.folded[below:start]):
        return True
    if not page.folded.endswith(_TELLING, 0, start):
        return False
    lead = page.folded[max(0, start - 90) : start]
    if lead.endswith(_MEETS):
        return True
    lead = lead[max(lead.rfind("\n"), lead.rfind(". ")) + 1 :]
    cited = _CITED.search(lead) if lead.endswith(_AUTHOR) else None
    return lead.endswith(_PRESENT) or (cited is not None and not lead.endswith(_STUDIED, 0, cited.start()))


def of_congress(page: Page, start: int, stop: int) -> bool:
    """Whether the body only names a congress or its resolution; the congress that is being held is its own."""
    lead = page.folded[max(0, start - 40) : start]
    named = _CONGRESS.search(lead) if "đại " in lead or "nghị quyết" in lead else None
    if named is None:
        return False
    held = page.folded.startswith((" lần thứ", ", lần thứ"), stop) and not named.group().startswith("nghị quyết")
    return not held or _AHEAD.search(page.folded[max(0, start - 60) : start]) is not None


def answers(page: Page, tokens: Sequence[Token], index: int, stop: int, limit: int) -> bool:
    """ "Giám đốc Sở Nội vụ: Năm 2022, ...": the office of somebody who speaks of others in an interview.

    Who says "của Sở" speaks of the own office. The office for personnel that reports ("Sở Nội vụ vừa có báo cáo"), and
    any that announces a rating ("Sở Y tế vừa công bố kết quả xếp loại"), speaks of others too.
    """
    start = tokens[index].start
    if page.folded.startswith(_PERSONNEL, start) and _REPORTS.match(page.folded, stop):
        office = _OF_OFFICE[page.folded.startswith("phòng", start)]
        return all(page.folded.find(words, stop, limit) < 0 for words in (office, *_OF_ITS_OWN))
    if page.folded.startswith(_OFFICES, start) and _ANNOUNCES.match(page.folded, stop):
        return page.folded.find(_ITS_OWN, stop, min(limit, stop + _NEAR)) < 0
    if index != 1 or tokens[0].kind != "person" or not page.folded.startswith(":", stop):
        return False
    own = _OF + page.folded[tokens[1].start : tokens[1].end]
    return page.folded.find(own, stop, limit) < 0


def is_source(tokens: Sequence[Token], index: int) -> bool:
    return any(token.kind == "according" for token in tokens[max(0, index - 2) : index])
