"""Datelines are told from sentences, banners and impossible days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_pipeline.cleaning.dates import days_in, read_dateline


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("20/08/2022 09:11", date(2022, 8, 20)),
        ("Thứ 6, 24/02/2023 | 16:29:32", date(2023, 2, 24)),
        ("24-02-2023", date(2023, 2, 24)),
        ("24.2.2023", date(2023, 2, 24)),
        ("2023-02-24", date(2023, 2, 24)),
        ("Ngày 24 tháng 2 năm 2023", date(2023, 2, 24)),
        ("Thứ Sáu, ngày 24 tháng 02 năm 2023, 10h30", date(2023, 2, 24)),
        ("24 Tháng 2, 2023", date(2023, 2, 24)),
        ("Đăng ngày 24/02/2023", date(2023, 2, 24)),
        ("Cập nhật lúc: 15:12, 10/02/2023", date(2023, 2, 10)),
        ("Chủ nhật, 12/3/2023 08:05 (GMT+7)", date(2023, 3, 12)),
        ("(24/02/2023 08:00 AM)", date(2023, 2, 24)),
        ("Hưng Yên, ngày 5 tháng 1 năm 2022", date(2022, 1, 5)),
        ("09:11 | 20/08/2022 | Lượt xem: 233", date(2022, 8, 20)),
    ],
)
def test_datelines(line: str, day: date) -> None:
    found = read_dateline(line)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Ngày 17/11/2020, Tỉnh ủy tổ chức hội nghị tổng kết công tác xây dựng Đảng.",
        "Quyết định số 27-QĐ/TU, ngày 14/5/2021 của Tỉnh ủy",
        "31/02/2023",
        "24/02",
        "Đến 30/06/2023: 512 tổ chức",
        "Giai đoạn 2016 - 2020",
        "0255.3822.646",
        "12/03/2020 14/05/2021 16/07/2022",
    ],
)
def test_lines_that_are_no_datelines(line: str) -> None:
    assert read_dateline(line) is None


def test_a_line_of_the_last_change_is_marked() -> None:
    changed = read_dateline("Cập nhật: 10/02/2023")
    put_up = read_dateline("Đăng: 08/02/2023 - Cập nhật: 10/02/2023")
    today = read_dateline("Hôm nay, thứ ba ngày 22/06/2021")
    assert changed is not None
    assert changed.updated
    assert put_up is not None
    assert (put_up.day, put_up.updated) == (date(2023, 2, 8), False)
    assert today is not None
    assert today.today


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_every_writing(day: date) -> None:
    for written in (
        f"{day:%d/%m/%Y}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%Y}",
        f"{day:%Y-%m-%d}",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
    ):
        assert days_in(f"Ghi {written}.") == [day]


@given(st.text(max_size=130))
def test_no_line_breaks_it(line: str) -> None:
    read_dateline(line)
