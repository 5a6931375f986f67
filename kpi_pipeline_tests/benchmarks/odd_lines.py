"""Texts that no newspaper prints, in any length: what a reader of pages must get through in linear time.

Belongs here: writing a text of a given number of characters. Does not belong here: timing it. `LINES` have no line
break at all, since a break is what cuts most work short; `PAGES` have many. Where the numbers of a text are compared
with each other, they differ, so that nothing is found early. All are the same on every call.
"""

import random
from collections.abc import Callable

from kpi_pipeline.reference.lexicon import lexicon

Maker = Callable[[int], str]

PROSE = (
    "Năm 2021, Đảng bộ huyện Mường Pha có 52 tổ chức cơ sở đảng, trong đó 9 tổ chức hoàn thành xuất sắc nhiệm vụ, "
    "chiếm 17,31%, 38 tổ chức hoàn thành tốt nhiệm vụ, chiếm 73,08%, 5 tổ chức hoàn thành nhiệm vụ; 84% đảng viên hoàn "
    "thành tốt nhiệm vụ trở lên. Công tác kết nạp đảng viên được quan tâm, cả năm kết nạp 116 đảng viên mới. "
)
_WORDS = "các cấp ủy đã quan tâm lãnh đạo chỉ đạo xây dựng nông thôn mới và chăm lo đời sống nhân dân "


def repeated(unit: str) -> Maker:
    """The unit over and over, cut at the size."""
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def counted(unit: str) -> Maker:
    """The unit over and over with `{n}` as 100, 101, 102, …, cut at the size."""

    def make(size: int) -> str:
        return "".join(unit.replace("{n}", str(100 + number)) for number in range(size // (len(unit) - 1) + 1))[:size]

    return make


def enclosed(left: str, fill: str, right: str) -> Maker:
    """One long fill between two ends."""
    return lambda size: left + (fill * (size // len(fill)))[: size - len(left) - len(right)] + right


def shuffled(joint: str) -> Maker:
    """Phrases of the lexicon and numbers in an arbitrary, fixed order."""

    def make(size: int) -> str:
        draw = random.Random(2018)
        phrases = [entry.phrase for entry in lexicon()["text"]]
        pieces: list[str] = []
        length = 0
        while length < size:
            piece = draw.choice(phrases) if draw.random() < 0.7 else draw.choice(("%", " chi bộ", "", "/97")).join(
                (str(draw.randint(1, 5000)), "")
            )  # fmt: skip
            pieces.append(piece)
            length += len(piece) + len(joint)
        return joint.join(pieces)[:size]

    return make


LINES: dict[str, Maker] = {
    "prose with figures": repeated(PROSE),
    "prose, no figure, no stop": repeated(_WORDS),
    "lexicon shuffled": shuffled(" "),
    "lexicon shuffled, commas": shuffled(", "),
    "lexicon shuffled, stops": shuffled(". "),
    "one sentence of ratings": repeated("12 chi bộ hoàn thành tốt nhiệm vụ, "),
    "ratings split by ;": counted("{n} chi bộ hoàn thành tốt nhiệm vụ; "),
    "ratings as sentences": counted("Có {n} chi bộ hoàn thành tốt nhiệm vụ. "),
    "ratios as sentences": counted("Năm 2020 có {n}/{n} chi bộ hoàn thành tốt nhiệm vụ (41,7%). "),
    "wholes with parts": counted(
        "Có {n} tổ chức cơ sở đảng, trong đó 5 tổ chức hoàn thành tốt nhiệm vụ (41,7%), {n} đảng viên. "
    ),
    "totals with a colon": counted("Tổng số chi bộ: {n}, hoàn thành tốt nhiệm vụ: {n} (3,5%). "),
    "chain of trong đó": repeated("trong đó "),
    "chain of trong đó N": counted("trong đó {n} chi bộ "),
    "chain of trong đó, levels": counted("trong đó {n} chi bộ hoàn thành tốt nhiệm vụ, "),
    "chain of còn lại": counted("còn lại {n} hoàn thành, "),
    "chain of lần lượt": repeated("xuất sắc, tốt, khá lần lượt là 1, 2, 3 "),
    "levels, then lần lượt": lambda size: (
        "đảng viên " + "hoàn thành tốt, " * (size // 21) + "nhiệm vụ lần lượt là " + "3%, " * (size // 21)
    ),
    "chain of không có … nào": repeated("không có chi bộ nào "),
    "chain of không có": repeated("không có "),
    "chain of subjects": repeated("chi bộ, đảng bộ, "),
    "chain of levels": repeated("hoàn thành xuất sắc, hoàn thành tốt, "),
    "levels, then one number": lambda size: "đảng viên hoàn thành tốt, " * (size // 26 - 1) + "5%",
    "one level, then numbers": lambda size: "đảng viên hoàn thành tốt: " + "5, " * (size // 3 - 9),
    "chain of targets": repeated("phấn đấu 90% đảng viên "),
    "chain of từ … trở lên": repeated("từ 80% trở lên "),
    "chain of years": repeated("năm 2019, năm 2020, "),
    "chain of terms": repeated("nhiệm kỳ 2015 - 2020, "),
    "chain of dates": repeated("ngày 3/2/2021, "),
    "chain of admissions": counted("kết nạp {n} đảng viên, "),
    "chain of populations": counted("Có {n} đảng viên. "),
    "chain of provinces": repeated("tỉnh Gia Lai, tỉnh Phú Thọ, "),
    "chain of districts": repeated("huyện Mường Pha 12 đảng viên, "),
    "chain of names": repeated("huyện Mường Pha Thượng Sơn Hạ "),
    "capital words": repeated("Mường Pha Thượng "),
    "number words": repeated("hai mươi mốt nghìn "),
    "number words counted": repeated("hai mươi mốt chi bộ, "),
    "ratios": repeated("12/15 "),
    "ranges": repeated("85-90% "),
    "percent signs": repeated("%"),
    "percents": repeated("12,5% "),
    "digits": repeated("7"),
    "digits and blanks": repeated("7 "),
    "digits and dots": repeated("1.234"),
    "digits, dots and blanks": repeated("1. 234"),
    "digits and commas": repeated("1,"),
    "digits and slashes": repeated("1/"),
    "digits and hyphens": repeated("1-"),
    "commas": repeated(","),
    "comma and blank": repeated(", "),
    "full stops": repeated("."),
    "semicolons": repeated(";"),
    "colons": repeated(":"),
    "slashes": repeated("/"),
    "hyphens": repeated("-"),
    "blanks": repeated(" "),
    "no-break blanks": repeated("\xa0"),
    "blanks in a word": enclosed("a", " ", "b"),
    "blanks in a number": enclosed("1", " ", "2"),
    "blanks before a bar": enclosed("Đảng viên 12", " ", "x | 5"),
    "opening brackets": repeated("("),
    "closing brackets": repeated(")"),
    "nested brackets": lambda size: "(" * (size // 2) + ")" * (size // 2),
    "brackets around numbers": lambda size: "(5% " * (size // 5) + ")" * (size // 5),
    "bracketed percents": repeated("(12,5%) "),
    "quotes": repeated('"'),
    "curly quotes": repeated("“a” "),
    "opening quotes": repeated("“"),
    "bars": repeated("|"),
    "table row": repeated("Đảng viên | 12 | 3,5% | "),
    "table row of numbers": repeated("12 | "),
    "bullets": repeated("- "),
    "one endless word": repeated("đ"),
    "one endless capital": repeated("Đ"),
    "no blanks": repeated(PROSE.replace(" ", "")),
    "web addresses": repeated("https://a.vn/1/2.html "),
    "one web address": enclosed("https://", "a.vn/1", ""),
    "mail addresses": repeated("a.b@c.vn "),
    "at signs": repeated("a@"),
    "host without end": repeated("a."),
    "markup": repeated("<b 1="),
    "document numbers": repeated("12-QĐ/TW "),
    "phones": repeated("0255 382 7788 "),
    "combining marks": lambda size: "a" + "\u0301" * (size - 1),
    "marks without a letter": repeated("\u0301 "),
    "decomposed prose": lambda size: ("nhiệm vụ 12 " * (size // 15 + 1))[:size].replace("ệ", "e\u0323\u0302"),
    "Hangul parts": repeated("\u1100\u1161"),
    "dotted capitals": repeated("A. B. "),
    "zero width blanks": repeated("1\u200b"),
    "astral digits": repeated("𝟗 "),
}
"""Name of a single line and how to write it in a given number of characters."""

PAGES: dict[str, Maker] = {
    "line breaks": repeated("\n"),
    "numbers, one a line": counted("{n}\n"),
    "ratings, one a line": counted("{n} chi bộ hoàn thành tốt nhiệm vụ\n"),
    "ratings as bullets": counted("- {n} chi bộ hoàn thành tốt nhiệm vụ;\n"),
    "wholes with parts, one a line": counted(
        "Năm 2021, có {n} tổ chức cơ sở đảng, trong đó 5 tổ chức hoàn thành tốt nhiệm vụ (41,7%).\n"
    ),
    "one tall table": counted("Đảng bộ xã Tân Khê | {n} | 3,5%\n"),
    "many tables": repeated("TT | Đối tượng | Tổng số | Hoàn thành tốt nhiệm vụ\n1 | Đảng viên | 5 | 3\n\n"),
    "tables with a cell a line": repeated("Năm\n2019\n2020\nHoàn thành tốt nhiệm vụ\n11,2\n12\n"),
    "cells without a head": counted("Đảng bộ xã Tân Khê\n{n}\n5\n"),
    "rows without bars": counted("Hoàn thành tốt nhiệm vụ {n} 56,45\n"),
    "datelines": counted("GIA LAI - Năm 2020 có {n} đảng viên mới.\n"),
    "a menu of provinces": repeated("An Giang\nBến Tre\n"),
    "heads of related news": repeated("Tin liên quan\n"),
    "names of bodies": repeated("Huyện Mường Pha\n"),
    "targets, one a line": repeated("- phấn đấu 90% đảng viên\n"),
    "sources, one a line": repeated("Nguồn: https://a.vn\n"),
    "lexicon shuffled, one a line": shuffled("\n"),
}
"""The same for texts of many lines."""
