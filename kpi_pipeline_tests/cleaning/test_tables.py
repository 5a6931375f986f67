"""Data tables: every row a line, every cell in its column, heads of several rows in one."""

from __future__ import annotations

import pytest

from kpi_pipeline.cleaning import clean

TITLE = "Kết quả xếp loại của Đảng bộ huyện Đông Vĩ"
SENTENCES = [
    "Huyện ủy Đông Vĩ vừa công bố kết quả đánh giá, xếp loại tổ chức đảng và đảng viên.",
    "Bảng dưới đây do Ban Tổ chức Huyện ủy lập từ báo cáo của các đảng bộ trực thuộc.",
    "Việc công bố giúp chi bộ nào cũng biết mình đứng ở đâu so với các chi bộ bạn.",
]


def row(*cells: str, tag: str = "td") -> str:
    """`cells` may carry their spans in front: "2x1:name" is two columns wide and one row high."""
    found = []
    for cell in cells:
        spans, colon, text = cell.rpartition(":")
        across, _, down = (spans if colon else "1x1").partition("x")
        found.append(f"<{tag} colspan={across} rowspan={down}>{text}</{tag}>")
    return f"<tr>{''.join(found)}</tr>"


def rows_of(table: str) -> list[str]:
    before, after = "".join(f"<p>{line}</p>" for line in SENTENCES[:2]), f"<p>{SENTENCES[2]}</p>"
    page = f"<html><title>{TITLE}</title><body><article><h1>{TITLE}</h1>{before}{table}{after}</article></body></html>"
    paragraphs = clean(page.encode(), "text/html").paragraphs
    assert (paragraphs[:2], paragraphs[-1]) == (tuple(SENTENCES[:2]), SENTENCES[2])
    return list(paragraphs[2:-1])


PLAIN = [("TT", "Đơn vị", "Hoàn thành tốt nhiệm vụ"), ("1", "Xã Lộc Cương", "100"), ("2", "Xã Ngọc Khê", "70")]
BARRED = [" | ".join(cells) for cells in PLAIN]
NAME = "Xếp loại đảng viên năm 2021"


@pytest.mark.parametrize(
    "table",
    [
        "<table>{0}{1}{2}</table>",
        "<table><thead>{0}</thead><tbody>{1}{2}</tbody></table>",
        "<table><thead>{0}</thead><tfoot>{2}</tfoot><tbody>{1}</tbody></table>",
        "<table>{0}<tr></tr>{1}<tr><td>&nbsp;</td></tr>{2}</table>",
        "<figure><table>{0}{1}{2}</table></figure>",
        "<form><table>{0}{1}{2}</table></form>",
    ],
)
def test_rows_in_their_order(table: str) -> None:
    assert rows_of(table.format(row(*PLAIN[0], tag="th"), row(*PLAIN[1]), row(*PLAIN[2]))) == BARRED


@pytest.mark.parametrize("name", [f"<caption>{NAME}</caption>", row(f"3x1:<b>{NAME}</b>"), row(NAME, "", "")])
def test_a_caption_is_a_line_of_its_own(name: str) -> None:
    assert rows_of(f"<table>{name}{''.join(row(*cells) for cells in PLAIN)}</table>") == [NAME, *BARRED]


def test_a_table_among_bare_text_and_breaks() -> None:
    table = f"<table>{''.join(row(*cells) for cells in PLAIN)}</table>"
    text = f"<div><h1>{TITLE}</h1>{SENTENCES[0]}<br/><br/>{table}{SENTENCES[1]}<br/><br/>{SENTENCES[2]}<br/></div>"
    page = f"<html><title>{TITLE}</title><body>{text}</body></html>"
    assert clean(page.encode(), "text/html").paragraphs == (SENTENCES[0], *BARRED, *SENTENCES[1:])


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            row("1x2:TT", "1x2:Đối tượng", "2x1:Hoàn thành tốt nhiệm vụ") + row("SL", "%"),
            "TT | Đối tượng | Hoàn thành tốt nhiệm vụ (SL) | Hoàn thành tốt nhiệm vụ (%)",
        ),
        (
            row("1x2:TT", "1x2:Đối tượng", "2x1:Hoàn thành tốt nhiệm vụ (%)") + row("2020", "2021"),
            "TT | Đối tượng | Hoàn thành tốt nhiệm vụ (%) (2020) | Hoàn thành tốt nhiệm vụ (%) (2021)",
        ),
        (
            row("1x3:TT", "1x3:Đối tượng", "2x1:Năm 2021") + row("2x1:Tốt") + row("(SL)", "(%)"),
            "TT | Đối tượng | Năm 2021 (Tốt, SL) | Năm 2021 (Tốt, %)",
        ),
        (row("TT", "Đối tượng", "2x1:Tốt"), "TT | Đối tượng | Tốt | Tốt"),
    ],
)
def test_a_head_of_several_rows_becomes_one(head: str, expected: str) -> None:
    data = row("1", "Đảng viên", "100", "83,3") + row("2", "Chi bộ", "30", "75")
    assert rows_of(f"<table>{head}{data}</table>") == [expected, "1 | Đảng viên | 100 | 83,3", "2 | Chi bộ | 30 | 75"]


def test_a_name_reaches_down_and_a_number_counts_once() -> None:
    head = row("Đối tượng", "Tổng số", "Năm", "Tốt", tag="th")
    data = row("1x2:Đảng viên", "1x2:120", "2020", "81") + row("2021", "82")
    assert rows_of(f"<table>{head}{data}</table>") == [
        "Đối tượng | Tổng số | Năm | Tốt",
        "Đảng viên | 120 | 2020 | 81",
        "Đảng viên | | 2021 | 82",
    ]


def test_every_row_has_as_many_cells() -> None:
    head = row("TT", "Đơn vị", "Xuất sắc", "Tốt", tag="th")
    data = row("4x1:I. Khối xã") + row("1", "Xã Lộc Cương", "20", "100") + row("2x1:Tổng cộng", "42")
    lines = rows_of(f"<table>{head}{data}</table>")
    assert lines == [
        "TT | Đơn vị | Xuất sắc | Tốt",
        "I. Khối xã | | |",
        "1 | Xã Lộc Cương | 20 | 100",
        "Tổng cộng | | 42 |",
    ]
    assert {line.count("|") for line in lines} == {3}


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "99999999999", "1.5"])
def test_senseless_spans_do_no_harm(span: str) -> None:
    first = f"<tr><td rowspan='{span}' colspan='{span}'>Xã Lộc Cương</td><td>100</td></tr>"
    lines = rows_of(f"<table>{row('Đơn vị', 'Tốt')}{first}{row('Xã Ngọc Khê', '70')}</table>")
    assert "100" in " ".join(lines)
    assert "Xã Ngọc Khê" in " ".join(lines)
