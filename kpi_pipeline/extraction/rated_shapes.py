"""How nouns that are counted only where they are rated stand beside their level: patterns over folded text.

Belongs here: what may stand before, between and behind a noun, its number and its level, each of a bounded stretch.
Does not belong here: which pattern is asked when, and what follows (rated_nouns).
"""

import re

from kpi_pipeline.reference.folding import fold

OFFICERS = re.compile(
    fold(
        r"(?:(?<!\w)(?:trong|với|trên|đối với|còn|có|đánh giá|xếp loại|kiểm điểm)(?: tổng)?(?: số)? |(?:^|[.,;:\n]) ?)"
    )
    + fold(r"(?:\d+|\d[\d,]*%(?: số)?|tỷ lệ) (?:đồng chí )?$")
)
SAID = re.compile(
    fold(
        r"(?: và tương đương)?(?: cấp (?:tỉnh|huyện|xã))?(?: (?:trên địa bàn|trong|thuộc|của|đã|bị))?(?:,? năm \d{4})?"
    )
    + fold(r"(?: \((?:\d[\d.,/% ]{0,14}|[^()\d\n;]{2,80})\))?(?: ?[-=]? ?\d[\d.,]*%)?[ :,\"]{0,3}(?:là )?\"?")
)
LEAD = re.compile(
    fold(
        r"(?:(?<!\w)(?:số|tổng số|số lượng|tỷ lệ|tỉ lệ)(?: các)?|(?<!\w)không(?: có)?"
        r"|(?:^|[.;:,(+\n-] ?)(?:(?:tỷ lệ|tỉ lệ|số) )?chính quyền(?: các)?"
        r"|(?:\d%?|(?<!\w)(?:một|hai|ba|bốn|sáu|bảy|tám|chín|mười|mươi|mốt|lăm|tư))(?: tổng)?(?: số)?(?: các)?) $"
    )
)
OPENS = re.compile(r"(?:^|[.;:,(\n+-]) ?(?:các )?$")
TOLD_BEHIND = re.compile(
    fold(r"(?: nhiệm vụ)?(?: trở lên)?:? ?\(?(?:có |là |đạt |chiếm )?(?:tỷ lệ )?\d[\d./,]*")
    + fold(r"(?:%| ?[,;:()=\n-]|(?<=\.)|$| (?:đơn vị|địa phương|xã|phường|thị trấn|huyện|quận|thị xã|thành phố)")
    + fold(r"(?= ?(?:[,.;:()=\n-]|$)| (?:chiếm|đạt|bằng|năm)(?!\w)|, ))")
)
"""What follows a level that the number of those before it is told behind ("xã hoàn thành tốt nhiệm vụ: 13")."""
HEAD = re.compile(
    fold(r"(?:(?:^|[.;:,(\n+-]) ?(?:đối với|về|khối)(?: các| khối)?|(?:xếp loại|phân loại)(?: đối với)?(?: các)?) $")
)
HEADED = re.compile(fold(r"(?: năm \d{4})?(?: như sau)?(?:[:,] |:?\n)"))
NUMBER = re.compile(fold(r"[\d.,/]*\d%?(?: tổng)?(?: số)?(?: các)? $"))
COUNTED = re.compile(
    fold(r"(?: nhiệm vụ)?(?: trở lên)?(?: năm \d{4})?(?::| -)? ?\(?(?:có |là |gồm |gồm có |với |đối với )?")
    + r"\d[\d./]* ?(?:\(\d[\d.,]*%\) )?$"
    + fold(r"|(?: nhiệm vụ)?(?: trở lên)?(?: (?:đạt|chiếm|là|bằng))?(?: tỷ lệ)? \d[\d,]*% ?\((?:có )?\d[\d./]* $")
)
ALSO = re.compile(fold(r"(?:[,;] ?| và | cùng )(?:có )?\d[\d./,]*%? (?:số )?$"))
AGAIN = re.compile(
    fold(r"(?:năm \d{4}\)?:?,? (?:là |có |đạt |còn )?|, (?:đạt|còn) |\(")
    + fold(r"|(?<!\w)(?:từ|lên|xuống|xuống còn|so với|tăng|giảm) )\d[\d./]* $")
)
"""What leads a number of those that the sentence rated before ("... năm 2022 là 18 xã, năm 2023 là 20 xã")."""
AGAIN_ENDS = re.compile(r" ?(?:[.,;()\n]|$)" + fold(r"| \(?(?:năm|của năm|lên|xuống|so với)(?!\w)"))
CLOSED = re.compile(r" ?(?:[.,;:()=\n-]|$)" + fold(r"| (?:chiếm|đạt|bằng|gồm|(?:trong )?năm \d{4})(?!\w)"))
LIST = re.compile(fold(r"(?:, ?| và |/| - )(?:các )?"))
GOES_ON = re.compile(
    fold(
        r"(?: chính trị)?(?: được giao)?(?:,(?! ?(?:nhiệm vụ|chỉ tiêu|kế hoạch|nghị quyết))"
        r"| ?(?:$|[.;\d|\n)/\"]|[:(-](?! ?[a-zà-ỹđ])"
        r"|[:(] ?(?:chiếm|đạt|tỷ lệ|tỉ lệ|bằng|trong|gồm|có|năm|tăng|giảm)(?!\w)"
        r"|(?:trở lên|năm|các năm|hằng năm|hàng năm|từng năm|qua các năm|đều tăng|đều giảm|trong|theo|ở|tại|so|thì|và"
        r"|đạt|chiếm|có|gồm|với|tăng|giảm|cao|thấp|của năm|được|trên|hoặc"
        r"|bằng|tương ứng|còn|do|vì|nhờ)(?!\w)"
        r"(?! (?:các |mọi |cả )?(?:lĩnh vực|công tác|kế hoạch|chỉ tiêu|phong trào|việc|thực hiện|chương trình|đề án"
        r"|phòng|xây dựng|phát triển|bảo vệ|(?:huyện|tỉnh|xã|cấp trên|nhà nước) giao)(?!\w))))"
    )
)
"""What may follow a level that is said of all the work of those rated, not of one task."""
NAMES = re.compile(fold(r" là | ?[:(] ?\"?"))
NEXT = re.compile(
    fold(r"[^.\n]{0,24}\.?[ \n](?:[-+•*] ?)?(?:(?:trong đó|kết quả|cụ thể|gồm|theo đó)[,:]? ?)?(?:số |có )?")
    + fold(r"(?:\d+ (?:đơn vị|xã|phường|trường|sở|huyện)? ?)?")
)
"""What stands between those rated, at the end of a sentence, and the first level of the next one."""
UNITS = re.compile(
    fold(r"(?:[-+] ?)?(?:năm \d{4},? )?(?:(?:có )?(?:\d+|\d[\d,]*%) (?:\(\d[\d,]*%\) )?")
    + fold(r"(?:(?:đơn vị|địa phương|xã|huyện)(?: được)?(?: xếp loại)? )?)?")
    + fold(r"(?:loại |mức )?")
)
