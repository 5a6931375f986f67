"""The sample pages: each lands on the day and with the status its README promises, and its text keeps what counts."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpi_pipeline.cleaning import Document, clean
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.reference import codes
from kpi_pipeline.reference.place_names import find_names
from kpi_pipeline.reference.provinces import is_province_code
from kpi_pipeline.sample_pages import EXPECTED_FACTS, FOLDER, MANIFEST, PAGES

TODAY = date(2026, 6, 1)
EXPECTED = [json.loads(line) for line in EXPECTED_FACTS.read_text("utf-8").splitlines()]
FILES = sorted(PAGES.iterdir())

# What stands beside the articles: figures of other provinces, counters, phone numbers.
FURNITURE = {
    "bac-kan-cac-co-quan-tinh-chi-tieu": ["17,3%", "004417", "51877"],
    "binh-thuan-lech-duoi-mot-diem-2020": ["64 xã", "12%", "002817", "66120", "0252"],
    "ca-mau-sau-thang-2023-utf-16": ["233", "402", "1.117", "0290"],
    "dong-nai-chi-tieu-va-ket-qua-2022": ["1.588", "95,4%", "0251"],
    "gia-lai-ngay-o-dong-tin-2020": ["13,9%", "0269", "21/02"],
    "hai-duong-to-chuc-dang-2022": ["518", "93,8%", "112 tổ chức", "1.906", "98153", "0220"],
    "hoa-binh-co-quan-hanh-chinh-2020-2021": ["94,7%", "2.417", "72%", "18.402.277", "0218", "1.204"],
    "hoa-binh-khoi-co-quan-2021": ["96 đảng viên", "61,5%", "98,2%", "1.870", "0218"],
    "khong-ro-tinh-2020": ["37 đảng viên"],
    "lam-dong-huyen-dong-khe-2022": ["118 tổ chức", "0263"],
    "lang-son-ket-nap-dang-vien-2016-2020": ["2.150.377"],
    "nam-dinh-benh-vien-2022": ["97%", "1268", "981530", "0228"],
    "ninh-binh-windows-1258-2013": ["71,3%", "1268", "0303"],
    "ninh-thuan-lech-ty-le-2021": ["96,1%", "1.050", "7.120.334", "4 điểm", "0259"],
    "phu-tho-cap-xa-2021": ["173", "0210"],
    "phu-tho-sau-sap-nhap-2025": ["91,9%", "124 xã", "18.402.277", "0210"],
    "phu-yen-tong-vuot-100-2019": ["88,9%", "1.324", "0257"],
    "quang-nam-trong-sach-vung-manh-2015": ["61,2%", "9 tổ chức cơ sở đảng yếu", "981530", "0510"],
    "quang-ngai-dang-vien-2021-bao": ["13,1%", "246", "0255"],
    "quang-ngai-dang-vien-2021-cong": ["15,5%", "7.120.334", "0255"],
    "thai-binh-2024-sau-sap-nhap": ["95,2%", "18.402.277", "0221"],
    "vinh-long-ngay-trong-dia-chi-2020": ["94,4%", "988", "66120", "0270"],
    "vinh-phuc-bang-cap-xa-2020-2021": ["104 xã", "171 xã", "7.120.334", "0211"],
}
OTHER_STATUS = {"hong-ma-hoa": "undecodable", "tieng-anh-2022": "not_vietnamese"}
DAYS = {
    "bac-kan-cac-co-quan-tinh-chi-tieu.txt": ("2023-04-03", "captured"),
    "binh-thuan-lech-duoi-mot-diem-2020.html": ("2021-01-29", "address"),
    "ca-mau-sau-thang-2023-utf-16.txt": ("2023-07-12", "dateline"),
    "dong-nai-chi-tieu-va-ket-qua-2022.html": ("2023-01-11", "metadata"),
    "gia-lai-ngay-o-dong-tin-2020.html": ("2021-03-04", "dateline"),
    "hai-duong-to-chuc-dang-2022.txt": ("2023-03-07", "dateline"),
    "hoa-binh-co-quan-hanh-chinh-2020-2021.html": ("2022-09-06", "metadata"),
    "hoa-binh-khoi-co-quan-2021.html": ("2021-08-12", "metadata"),
    "hong-ma-hoa.html": ("2023-04-01", "captured"),
    "khong-ro-tinh-2020.txt": ("2023-04-03", "captured"),
    "lam-dong-huyen-dong-khe-2022.html": ("2022-12-28", "metadata"),
    "lang-son-ket-nap-dang-vien-2016-2020.txt": ("2023-04-03", "captured"),
    "nam-dinh-benh-vien-2022.html": ("2023-02-10", "dateline"),
    "ninh-binh-windows-1258-2013.html": ("2014-02-18", "address"),
    "ninh-thuan-lech-ty-le-2021.html": ("2022-02-25", "metadata"),
    "phu-tho-cap-xa-2021.html": ("2022-02-22", "metadata"),
    "phu-tho-sau-sap-nhap-2025.html": ("2026-01-20", "metadata"),
    "phu-yen-tong-vuot-100-2019.html": ("2020-02-14", "dateline"),
    "quang-nam-trong-sach-vung-manh-2015.html": ("2016-03-15", "dateline"),
    "quang-ngai-dang-vien-2021-bao.html": ("2022-01-14", "metadata"),
    "quang-ngai-dang-vien-2021-cong.html": ("2022-03-09", "metadata"),
    "thai-binh-2024-sau-sap-nhap.html": ("2025-08-14", "metadata"),
    "tieng-anh-2022.html": ("2022-12-20", "metadata"),
    "vinh-long-ngay-trong-dia-chi-2020.html": ("2021-03-05", "address"),
    "vinh-phuc-bang-cap-xa-2020-2021.html": ("2022-03-18", "metadata"),
}


def document(file: Path) -> Document:
    return clean(file.read_bytes())


def written(value: float) -> Iterator[str]:
    """The ways in which the pages write a number."""
    if value == int(value):
        yield str(int(value))
        yield f"{int(value):,}".replace(",", ".")
    yield f"{value:g}".replace(".", ",")
    yield f"{value:g}".replace(".", ", ")
    yield {0: "Không có", 1: "một"}.get(int(value), "\x00")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_status_is_as_promised(file: Path) -> None:
    cleaned = document(file)
    assert cleaned.status == OTHER_STATUS.get(file.stem, "ok")
    assert (cleaned.reason is None) == (cleaned.status == "ok")


@pytest.mark.parametrize("file", [file for file in FILES if file.stem not in OTHER_STATUS], ids=lambda file: file.stem)
def test_text_keeps_the_figures_and_drops_the_furniture(file: Path) -> None:
    text = document(file).text
    for fact in (fact for fact in EXPECTED if fact["page"] == file.stem):
        found = [
            form for form in written(fact["value"]) if re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", text)
        ]
        assert found, f"{fact['value']} is gone"
    for furniture in FURNITURE[file.stem]:
        assert furniture not in text
    assert len(find_names(text)) < 15


@pytest.mark.parametrize("file", [file for file in FILES if file.stem not in OTHER_STATUS], ids=lambda file: file.stem)
def test_the_page_holds_the_furniture_that_is_dropped(file: Path) -> None:
    raw = file.read_bytes()
    page = raw.decode("utf-16" if raw.startswith(b"\xff\xfe") else "cp1258" if b"1258" in raw else "utf-8")
    for furniture in FURNITURE[file.stem]:
        digits = furniture.split()[0]
        assert digits in page


def test_each_page_lands_on_its_day(tmp_path: Path) -> None:
    report = land_folder(LandingStore(tmp_path), PAGES, MANIFEST, date(2023, 4, 1), TODAY)
    assert {outcome.name: (outcome.published_on, outcome.day_source) for outcome in report.outcomes} == DAYS
    assert {outcome.action for outcome in report.outcomes} == {"new"}
    assert report.notes == ()


def test_manifest_and_readme_name_every_page() -> None:
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == [file.name for file in FILES]
    assert all(row["captured_at"] for row in rows)
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE) == [file.name for file in FILES]


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_expected_facts_use_the_codes(number: int) -> None:
    fact = EXPECTED[number]
    assert fact["page"] in {file.stem for file in FILES}
    assert fact["province"] is None or is_province_code(fact["province"])
    assert fact["scope"] in codes.SCOPES
    assert fact["subject"] in codes.SUBJECTS
    assert fact["indicator"] in codes.INDICATORS
    assert fact["measure"] in codes.MEASURES
    assert fact["comparator"] in codes.COMPARATORS
    assert fact["modality"] in codes.MODALITIES
    assert fact["levels"] == sorted(fact["levels"])
    assert set(fact["levels"]) <= set(codes.LEVELS.get(fact["indicator"], ()))


def test_no_sentence_of_a_seed_page_is_in_a_sample(seeds: Path) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[start : start + 14]) for start in range(len(words) - 13)}

    taken = set().union(*(runs(file.read_text("utf-8")) for file in sorted(seeds.glob("*.txt"))))
    assert taken
    for file in FILES:
        assert not runs(document(file).text) & taken, file.name
