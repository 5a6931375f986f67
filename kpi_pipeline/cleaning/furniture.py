"""What stands on a page and is no part of its article.

Belongs here: telling single lines and runs of lines apart by what they say (heads of related lists, counters, forms,
footers, lists of places). Does not belong here: where an article begins and ends (`capture`), or markup (`html`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kpi_pipeline.cleaning.dates import read_dateline
from kpi_pipeline.reference.place_names import find_names

_LEAD: Final = re.compile(r"^[\s•·●▪■◦*+»>›▶►→|\-–—_=#\[(“\"]+")
_TAIL: Final = re.compile(r"[\s:.…»>›▶►→|\-–—_=\])”\"]+$")

_PAGES: Final = r"(?:các\s+|những\s+)?(?:tin|bài|bài viết|tin bài|tin tức|bài báo|video|tin, bài)"

# After these heads nothing of the article follows.
_END_HEADS: Final = (
    _PAGES + r"\s+(?:cùng|trong)\s+(?:chuyên\s*mục|chuyên\s*đề|mục|loại|thể loại)",
    r"cùng\s+(?:chuyên\s*mục|chuyên\s*đề|mục|tác giả|chủ đề)",
    _PAGES + r"\s+(?:khác|mới|mới nhất|mới hơn|cũ hơn|đã đăng|đã đưa|nổi bật|tiếp theo)",
    _PAGES + r"\s+(?:xem nhiều|đọc nhiều|mới đăng|mới cập nhật)",
    r"(?:tin|bài)?\s*(?:đọc|xem)\s+nhiều(?:\s+nhất)?",
    r"(?:được\s+)?(?:đọc|xem|quan tâm)\s+nhiều\s+nhất",
    r"(?:ý kiến|bình luận|phản hồi|thảo luận)(?:\s+(?:của\s+)?(?:bạn đọc|độc giả|người đọc|mới nhất|về bài viết))?",
    r"(?:gửi|viết|thêm)\s+(?:bình luận|ý kiến|phản hồi|nhận xét)(?:\s+của\s+bạn)?",
    r"add new comment|leave a (?:reply|comment)|comments?|related (?:posts|articles|news)|recent posts|view counter",
    r"(?:đánh giá|xếp hạng)\s+bài viết",
    r"thống kê\s+truy\s*cập|lượt truy cập|số lượt truy cập|thăm dò ý kiến|liên kết(?:\s+(?:website|web|trang|site))*",
    r"có thể bạn (?:quan tâm|thích)|bạn có thể quan tâm|đừng bỏ lỡ|chuyên mục khác|xem tin theo ngày|tin theo ngày",
)
# These also stand as boxes in the middle of an article.
_BOX_HEADS: Final = (
    _PAGES + r"\s+(?:có\s+)?liên quan",
    r"(?:đọc|xem)\s+thêm",
    r"liên quan|chủ đề liên quan|>>",
    r"sự kiện nổi bật|mới nhất|tiêu điểm|tin nóng|đánh giá|xếp hạng",
)
_END: Final = re.compile("|".join(_END_HEADS), re.IGNORECASE)
_BOX: Final = re.compile("|".join(_BOX_HEADS), re.IGNORECASE)
_COUNT_BEHIND: Final = re.compile(r"\s*\(?\d*\)?$")
_INLINE_BOX: Final = re.compile(
    r"^\s*(?:>{1,3}|»|►)?\s*(?:(?:mời (?:bạn )?)?(?:xem|đọc) thêm|(?:tin|bài|tin bài) liên quan)\s*:\s*\S",
    re.IGNORECASE,
)
_ARROWED: Final = re.compile(r"^\s*(?:>{2,3}|►|▶|»)\s*\S")

_COUNTER: Final = re.compile(
    r"""^(?:
        \d[\d.,]*\s+(?:lượt\s+(?:xem|đọc|truy\s*cập|tải|thích)|views?|bình\s+luận|người\s+đang\s+(?:xem|truy\s*cập))
      | (?:số\s+)?(?:lượt|lần)\s+(?:xem|đọc|truy\s*cập|người\s+xem|tải)(?:\s+\w+){0,2}\s*:?\s*[\d.,]*
      | (?:đã\s+xem|đọc|xem|views?|view\s+count|hits?)\s*:?\s*[\d.,]+(?:\s+lượt)?
      | (?:thích|like|chia\s*sẻ|bình\s*luận|phản\s*hồi)\s*:?\s*\(?\d[\d.,]*\)?
      | (?:số\s+)?(?:người|khách|thành\s+viên)\s+(?:đang\s+)?(?:online|trực\s+tuyến|truy\s*cập|xem)\s*:?\s*[\d.,]+
      | bài\s+viết\s+(?:đã\s+)?được\s+[\d.,]+\s+(?:người|lượt)\s+(?:đọc|xem)
      | (?:tổng\s+(?:số\s+)?)?(?:lượt\s+)?(?:truy\s*cập|khách|lượt\s+truy\s*cập)(?:\s+\w+){0,3}\s*:?\s*[\d.,]+
      | (?:đang\s+(?:online|trực\s+tuyến|truy\s*cập)|trực\s+tuyến|online|khách|thành\s+viên\s+online)\s*:?\s*[\d.,]*
      | (?:hôm\s+nay|hôm\s+qua|tuần\s+(?:này|trước)|tháng\s+(?:này|trước)|năm\s+nay|tất\s+cả)\s*:\s*[\d.,]+
      | (?:total\s+views?|views?\s+(?:today|yesterday|this\s+\w+))\s*:?\s*[\d.,]*
      | trang\s*:?\s*\d+\s*/\s*\d+
      | (?:trang\s*:?\s*)?1\s+2\s+3(?:\s+4(?:\s+5[\s\d.…]*)?)?
      | 0\d{4,}
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_FORM: Final = re.compile(
    r"""^(?:
        (?:(?:chia\s*sẻ|facebook|zalo|twitter|tweet|linkedin|email|e-mail|gmail|print|in\s+(?:trang|bài(?:\s+viết)?)|bản\s+in
          |xuất\s+pdf|lưu\s+(?:bài|tin)(?:\s+viết)?|thích|theo\s+dõi|sao\s+chép\s+liên\s+kết|copy\s+link|cỡ\s+chữ|font\s+size
          |nghe\s+(?:bài|tin)(?:\s+viết)?|nghe\s+đọc\s+bài|đọc\s+(?:bài(?:\s+viết)?|nội\s+dung)|chế\s+độ\s+ban\s+đêm|quay\s+lại|trở\s+về
          |(?:về\s+)?đầu\s+trang|lên\s+đầu\s+trang|trang\s+chủ|home|menu|đăng\s+nhập|đăng\s+ký|đăng\s+xuất|tìm\s+kiếm|search|language
          |skip\s+to\s+(?:main\s+)?content|quảng\s+cáo|rss|sitemap|sơ\s+đồ\s+(?:web|trang|site)(?:site)?|liên\s+hệ|giới\s+thiệu
          |gửi|gửi\s+đi|hủy|nhập\s+lại|like|share|tags?|từ\s+khóa|aa?\s*[+\-]|[+\-]\s*a|plain\s+text|-a\s+a\s+\+a|trước|sau|tiếp)
          (?:[\s|,:/•·]+|$))+$
      | (?:họ\s+(?:và\s+|,\s*)?tên|tên\s+(?:của\s+)?bạn|địa\s+chỉ\s+email|email\s+của\s+bạn
          |mã\s+(?:xác\s+nhận|bảo\s+vệ|an\s+toàn)|tiêu\s+đề|nội\s+dung(?:\s+bình\s+luận)?)\s*[:*(]*\s*\)?$
      | (?:vui\s+lòng|xin\s+vui\s+lòng)\s+(?:nhập|gõ|đăng\s+nhập|điền)\b.*
      | (?:bài\s+viết|tin)\s+được\s+.*điểm.*
      | (?:mức\s+)?xếp\s+hạng\s*:.*
      | (?:click|nhấp|bấm)\s+(?:vào|để)\b.*đánh\s+giá.*
      | \d+\s+(?:trong|trên|/)\s*\d+\s+(?:đánh\s+giá|phiếu\s+bầu|sao).*
      | tổng\s+số\s+điểm\s+của\s+bài\s+viết.*
      | (?:(?:đánh\s+giá|điểm)\s*:?\s*)?\d(?:[.,]\d)?\s*/\s*(?:5|10)[\s(\-–]*(?:sao|trong|từ|với)?[\s(]*
        \d+\s+(?:bình\s+chọn|phiếu|đánh\s+giá|lượt)\)?
      | (?:a\s*[+\-]*\s*){2,3}
      | (?:tải\s+(?:về|xuống|file)|(?:tệp|file)(?:\s+tin)?\s+đính\s+kèm|dung\s+lượng)\s*:?.{0,120}
        (?:\.(?:pdf|docx?|xlsx?|pptx?|rar|zip|jpg)|\d\s*[kmg]b)\b.{0,20}
      | (?:no\s+html\s+tags|lines\s+and\s+paragraphs|web\s+page\s+addresses)\b.*
      | .{0,40}\bgõ\s+(?:tiếng\s+việt\s+)?có\s+dấu\b.*
      | (?:từ\s+khóa|tags?|chủ\s+đề|thẻ)\s*:.{0,160}
      | (?:chia\s*sẻ)(?:\s+(?:bài\s+viết|lên\s+facebook|facebook|qua\s+email))*\s*:?
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_FOOTER: Final = re.compile(
    r"""^(?:
        (?:(?:cơ\s+quan|đơn\s+vị)\s+chủ\s+quản|chủ\s+quản|(?:số\s+)?giấy\s+phép|gpxb|bản\s+quyền|copyright)\b.*
      | [©®].*
      | (?:chịu\s+trách\s+nhiệm\s+(?:chính|nội\s+dung|xuất\s+bản)|(?:phó\s+)?tổng\s+biên\s+tập)\s*[:\-].*
      | trưởng\s+ban\s+biên\s+tập\s*[:\-].*
      | (?:tòa\s+soạn|trụ\s+sở|địa\s+chỉ|điện\s+thoại|đt|tel|fax|hotline|đường\s+dây\s+nóng)\s*:.*
      | (?:thư\s+điện\s+tử|e-?mail)\s*:.*
      | .{0,60}\b(?:giữ\s+bản\s+quyền|all\s+rights\s+reserved|ghi\s+rõ\s+nguồn)\b.*
      | .{0,60}\b(?:phát\s+triển\s+bởi|thiết\s+kế\s+bởi|powered\s+by)\b.*
      | .{0,40}\bgiấy\s+phép\s+(?:số|hoạt\s+động|thiết\s+lập|xuất\s+bản|báo\s+điện\s+tử)\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_MENU_LINE: Final = re.compile(r"^(?:trang\s+(?:chủ|nhất)|home)\s*[|»›>/•·\-]", re.IGNORECASE)
_CAPTION_NUMBER: Final = re.compile(r"[-–]\s*Ảnh\s+\d+\s*\.?$", re.IGNORECASE)
_TITLED: Final = re.compile(r"^(?:(?:TP|T|Tp)\.?\s?)?[A-ZÀ-ỸĐÐ][\w'’.]*(?:[ \-–][A-ZÀ-ỸĐÐ0-9][\w'’.]*){0,4}$")
_NAME_WORD: Final = re.compile(r"\b[A-ZÀ-ỸĐÐ][^\W\d_]*(?:[ \-–]+[A-ZÀ-ỸĐÐ][^\W\d_]*)*")
_LETTER: Final = re.compile(r"[^\W\d_]")
MIN_PLACES: Final = 5
_LONGEST: Final = 600


@lru_cache(maxsize=4096)
def bare(line: str) -> str:
    """`line` without bullets in front and colons or arrows behind."""
    return _TAIL.sub("", _LEAD.sub("", line))


@lru_cache(maxsize=8192)
def is_end_head(line: str) -> bool:
    """True for a head such as "Tin cùng chuyên mục" or "Ý kiến bạn đọc (0)", after which an article is over."""
    return _is_head(line, _END)


@lru_cache(maxsize=8192)
def is_box_head(line: str) -> bool:
    """True for a head such as "Tin liên quan", which ends an article or opens a box inside it."""
    return _is_head(line, _BOX)


def _is_head(line: str, pattern: re.Pattern[str]) -> bool:
    if len(line) > 60:
        return False
    return pattern.fullmatch(_COUNT_BEHIND.sub("", bare(line))) is not None


@lru_cache(maxsize=8192)
def is_furniture(line: str) -> bool:
    """True for a line that by itself is no article text: counter, form, footer, dateline, pointer to another page."""
    if len(line) > _LONGEST:
        return False
    core = bare(line)
    if not core:
        return True
    if " | " in line and all(map(is_furniture, line.split(" | "))):
        return True
    return bool(
        _COUNTER.match(core)
        or _FORM.match(core)
        or _FOOTER.match(core)
        or _FOOTER.match(line.strip())
        or _INLINE_BOX.match(line)
        or _MENU_LINE.match(core)
        or (_ARROWED.match(line) and not core.endswith("."))
        or _CAPTION_NUMBER.search(line)
        or read_dateline(line) is not None
    )


@lru_cache(maxsize=8192)
def is_place_list(paragraph: str) -> bool:
    """True where one paragraph (or table row) is a list of at least five places and nearly nothing else."""
    if len(paragraph) < 30:
        return False
    capitals = _NAME_WORD.findall(paragraph)
    letters = len(_LETTER.findall(paragraph))
    if len(capitals) < MIN_PLACES or sum(map(len, capitals)) < 0.7 * letters:
        return False
    names = find_names(paragraph)
    if len(names) < MIN_PLACES:
        return False
    return sum(len(_LETTER.findall(paragraph[start:end])) for start, end, _ in names) >= 0.7 * letters


def place_runs(lines: Sequence[str]) -> set[int]:
    """Indices of the lines that form menus of places: five or more name-like lines in a row, most of them provinces."""
    dropped: set[int] = set()
    run: list[int] = []
    for index in range(len(lines) + 1):
        line = bare(lines[index]) if index < len(lines) else "."
        if index < len(lines) and (not line or _TITLED.match(line)):
            if line:
                run.append(index)
            continue
        dropped.update(_places_of(lines, run))
        run = []
    dropped.update(index for index, line in enumerate(lines) if is_place_list(line))
    return dropped


def _places_of(lines: Sequence[str], run: list[int]) -> list[int]:
    """The stretch of `run` from its first to its last province, where provinces make up most of it."""
    hits = [index for index in run if _is_place(bare(lines[index]))] if len(run) >= MIN_PLACES else []
    if len(hits) < MIN_PLACES:
        return []
    stretch = [index for index in run if hits[0] <= index <= hits[-1]]
    return stretch if len(hits) >= 0.6 * len(stretch) else []


def _is_place(name: str) -> bool:
    found = find_names(name)
    return bool(found) and sum(end - start for start, end, _ in found) >= 0.6 * len(name)
