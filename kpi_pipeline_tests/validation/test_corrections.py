"""Corrections: what a row of the file may say, what it does to the facts of a page, and what does not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi_pipeline.validation import RULES, CorrectionError, read_corrections, unconserved, ungrounded, validate
from kpi_pipeline.validation.corrections import ACCEPTABLE, COLUMNS

HEAD = "page,quote,occurrence,span_start,span_end,which,action,field,expected,new,reason,who,when\n"
GOOD = {
    "page": "p123456", "quote": '"71,3%"', "action": "override", "field": "value", "expected": "71.3", "new": "71.5",
    "reason": "misprint", "who": "lan", "when": "2023-06-01",
}  # fmt: skip


def line(**cells: str) -> str:
    row = {**GOOD, **cells}
    return ",".join(row.get(column, "") for column in COLUMNS) + "\n"


def read(*lines: str, head: str = HEAD) -> list:
    return list(read_corrections((head + "".join(lines)).encode(), "corrections.csv"))


def facts(tables) -> dict[str, dict[str, object]]:
    return {str(row["fact_id"]): row for row in tables.validated_facts}


def problems(tables) -> list[str]:
    return [str(row["problem"]) for row in tables.applied_corrections if row["problem"] is not None]


def found(tables) -> list[str]:
    return [str(row["found"]) for row in tables.applied_corrections if row["problem"] is not None]


# -- the file


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_file_as_spreadsheets_write_it(start: bytes, end: str, separator: str) -> None:
    cells = ["p123456", "71,3%", "override", "value", "71.3", "71.5", "a misprint", "lan", "2023-06-01"]
    quoted = [f'"{cell}"' for cell in cells]
    head = ["page", "quote", "action", "field", "expected", "new", "reason", "who", "when"]
    text = end.join([separator.join(head), separator.join(quoted), separator * 8, "# a note", ""])
    [row] = read_corrections(start + text.encode(), "corrections.csv")
    assert (row.line, row.page, row.quote, row.expected, row.new) == (2, "p123456", "71,3%", "71.3", "71.5")


def test_an_empty_file_corrects_nothing() -> None:
    assert read_corrections(b"", "corrections.csv") == ()
    assert read(head=HEAD) == []


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"page": ""}, "page is empty"),
        ({"page": "p123"}, "too short"),
        ({"quote": ""}, "quote is empty"),
        ({"action": "delete"}, "drop, override"),
        ({"reason": ""}, "reason is empty"),
        ({"who": " "}, "who is empty"),
        ({"when": ""}, "when is empty"),
        ({"when": "1/6/2023"}, "YYYY-MM-DD"),
        ({"when": "2023-02-30"}, "YYYY-MM-DD"),
        ({"occurrence": "0"}, "whole number from 1"),
        ({"occurrence": "first"}, "whole number from 1"),
        ({"occurrence": "1", "span_start": "3"}, "keep one"),
        ({"span_start": "3", "span_end": "4"}, "as the quote is long"),
        ({"span_end": "8"}, "as the quote is long"),
        ({"which": "party members"}, "field=value"),
        ({"which": "colour=red"}, "no field"),
        ({"which": "subject=people"}, "no subject"),
        ({"field": "colour"}, "no field that can be corrected"),
        ({"field": "period_end", "expected": "2021", "new": "2022"}, "part of period"),
        ({"field": ""}, "no field that can be corrected"),
        ({"expected": '"71,3"'}, "decimal point"),
        ({"new": "71.3"}, "changes nothing"),
        ({"new": ""}, "no new value"),
        ({"expected": ""}, "write complete"),
        ({"field": "subject", "expected": "party_member", "new": "members"}, "no subject"),
        ({"field": "province", "expected": "VN-14", "new": "Hòa Bình"}, "VN-14"),
        ({"field": "period", "expected": "2021", "new": "21"}, "no period"),
        ({"field": "period", "expected": "2021", "new": "2021-13"}, "no period"),
        ({"field": "levels", "expected": "good", "new": "great"}, "no level"),
        ({"field": "annual", "expected": "false", "new": "perhaps"}, "true, false"),
        ({"action": "drop", "expected": "", "new": "", "field": ""}, "drop expects nothing"),
        ({"action": "drop", "new": "3"}, "changes no field"),
        ({"action": "accept", "new": "", "field": "", "expected": "71.3"}, "no rule whose facts"),
        ({"action": "accept", "new": "", "field": "", "expected": "span_not_grounded"}, "no rule whose facts"),
        ({"action": "complete", "field": "province", "new": "VN-14"}, "leave expected empty"),
        ({"action": "complete", "field": "province", "expected": "", "new": ""}, "nothing to fill in"),
        ({"action": "complete", "field": "subject", "expected": "", "new": "agency"}, "never missing"),
        ({"action": "complete", "field": "fact", "expected": "", "new": "scope=province"}, "needs subject"),
        (
            {"action": "complete", "field": "fact", "expected": "", "which": "scope=province",
             "new": "scope=province"},
            "no which",
        ),
        (
            {"action": "complete", "field": "fact", "expected": "", "quote": "many",
             "new": "scope=province; subject=agency; indicator=award; measure=count"},
            "no number",
        ),
        (
            {"action": "complete", "field": "fact", "expected": "",
             "new": "scope=province; subject=agency; indicator=award; measure=count; value=3"},
            "that of its quote",
        ),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_meant_is_refused_with_its_line(cells: dict[str, str], words: str) -> None:
    with pytest.raises(CorrectionError) as refused:
        read(line(quote="7"), "\n", line(**cells))
    assert str(refused.value).startswith("Line 4 of corrections.csv")
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"page,quote\n", "lacks the column action"),
        (HEAD.replace("who", "author").encode(), "author"),
        (HEAD.replace("who", "page").encode(), "page"),
        (HEAD.encode() + line().replace('"', "").encode(), "14 cells"),
        (HEAD.encode() + b'p123456,"71', "no CSV"),
        ("quote\n".encode("utf-16"), "not UTF-8"),
        (b"# only a note\n", "no line with the columns"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(CorrectionError, match=r"corrections\.csv") as refused:
        read_corrections(content, "corrections.csv")
    assert words in str(refused.value)


def test_all_rows_that_cannot_be_meant_are_named_at_once() -> None:
    with pytest.raises(CorrectionError) as refused:
        read(line(quote="7"), line(who=""), line(quote="7"), *[line(when="today")] * 12)
    told = str(refused.value).splitlines()
    assert [row.split(":")[0] for row in told[:2]] == [
        "Line 3 of corrections.csv",
        "Line 4 of corrections.csv corrects the same thing as line 2 (the value of '7' on p123456); keep one of the "
        "two.",
    ]
    assert told[10:] == ["and 4 lines more"]


def test_two_rows_for_one_thing_are_refused() -> None:
    with pytest.raises(CorrectionError, match="same thing as line 2"):
        read(line(), line(new="72"))
    assert len(read(line(), line(occurrence="2"), line(field="base", expected="assessed", new="all"))) == 3


def test_the_id_of_a_row_is_what_it_says_and_not_where_it_stands() -> None:
    first, again = read(line())[0], read("\n", line(reason="another"))[0]
    assert first.id == again.id
    assert first.line != again.line
    assert first.id != read(line(new="72"))[0].id


def test_what_can_be_accepted_are_rules_of_the_quarantine() -> None:
    assert set(ACCEPTABLE) <= {rule.id for rule in RULES.values() if rule.severity == "quarantine"}
    assert "dropped_by_correction" not in ACCEPTABLE


# -- what a row does


def test_drop_holds_the_fact_with_who_when_and_why(new_page) -> None:
    page = new_page()
    page.share("excellent", "20,4%")
    dropped = page.share("good", "71,3%")
    page.correct("drop", "71,3%", expected="71.3", reason="two populations", who="lan", when="2023-06-01")
    tables = page.judged()
    [held] = tables.quarantined_facts
    assert (held["fact_id"], held["rule_id"]) == (dropped, "dropped_by_correction")
    for word in ("two populations", "lan", "2023-06-01", str(tables.applied_corrections[0]["correction_id"])):
        assert word in str(held["reason"])
    assert not unconserved(page.rows, tables.validated_facts, tables.quarantined_facts, tables.merged_facts)


def test_dropping_a_wrong_share_heals_its_group(new_page) -> None:
    page = new_page()
    for level, quote in (("excellent", "20,4%"), ("good", "71,3%"), ("completed", "8,3%"), ("not_completed", "9,9%")):
        page.share(level, quote)
    assert len(page.judged().quarantined_facts) == 4
    page.correct("drop", "9,9%", expected="9.9")
    tables = page.judged()
    assert [row["rule_id"] for row in tables.quarantined_facts] == ["dropped_by_correction"]
    assert len(tables.validated_facts) == 3


def test_an_overridden_value_is_let_in_by_its_correction_alone(new_page, flags_of) -> None:
    page = new_page()
    fact = page.share("good", "171,3%")
    page.correct("override", "171,3%", field="value", expected="171.3", new="71.3")
    tables = page.judged()
    assert facts(tables)[fact]["value"] == 71.3
    assert "corrected" in flags_of(tables, fact)
    texts = {page.page_id: page.text}
    assert ungrounded(tables.validated_facts, texts, tables.applied_corrections) == []
    assert "reads as 171.3" in str(ungrounded(tables.validated_facts, texts)[0]["reason"])
    tables.validated_facts[0]["value"] = 71.4
    assert ungrounded(tables.validated_facts, texts, tables.applied_corrections)
    tables.validated_facts[0]["value"] = 71.3
    moved = [{**tables.validated_facts[0], "span_start": tables.validated_facts[0]["span_start"] + 1}]
    assert ungrounded(moved, texts, tables.applied_corrections)


def test_a_quote_that_does_not_read_as_the_old_value_stays_ungrounded(new_page) -> None:
    page = new_page()
    page.share("good", "71,3%", value=70.0)
    page.correct("override", "71,3%", field="value", expected="70", new="71.4")
    [held] = page.judged().quarantined_facts
    assert held["rule_id"] == "span_not_grounded"


@pytest.mark.parametrize(
    ("field", "expected", "new", "columns"),
    [
        ("subject", "grassroots_party_organisation", "party_member", {"subject": "party_member"}),
        ("scope", "province", "district", {"scope": "district"}),
        ("levels", "good", "good+excellent", {"levels": "excellent+good"}),
        ("province", "VN-61", "VN-14", {"province": "VN-14", "province_evidence": "correction",
                                        "province_valid_from": "1997-01-01"}),
        ("province", "VN-61", "", {"province": None, "province_valid_from": None}),
        ("period", "2022", "2020/2025", {"period_start": "2020", "period_end": "2025"}),
        ("period", "2022", "2021", {"period_start": "2021", "period_end": "2021"}),
        ("modality", "actual", "target", {"modality": "target"}),
        ("comparator", "eq", "ge", {"comparator": "ge"}),
        ("base", "assessed", "all", {"base": "all"}),
        ("annual", "FALSE", "TRUE", {"annual": True}),
        ("value", "71.3", "71", {"value": 71.0}),
    ],
)  # fmt: skip
def test_override_changes_one_field(new_page, flags_of, field, expected, new, columns) -> None:
    page = new_page()
    fact = page.share("good", "71,3%", flags="period_assumed")
    before = facts(page.judged())[fact]
    page.correct("override", "71,3%", field=field, expected=expected, new=new)
    tables = page.judged()
    after = facts(tables)[fact]
    assert problems(tables) == []
    assert {name: after[name] for name in columns} == columns
    untouched = set(before) - {field, *columns, "flags", "province_valid_from", "province_evidence", "group_id"}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    assert "corrected" in flags_of(tables, fact)
    assert ("period_assumed" in flags_of(tables, fact)) == (field != "period")


def test_complete_fills_in_a_province_and_places_the_fact(new_page, flags_of) -> None:
    page = new_page()
    fact = page.share("good", "71,3%", province=None)
    assert "unplaced" in flags_of(page.judged(), fact)
    page.correct("complete", "71,3%", field="province", new="VN-14")
    tables = page.judged()
    assert facts(tables)[fact]["province"] == "VN-14"
    assert flags_of(tables, fact) == {"corrected", "incomplete"}


def test_complete_adds_a_fact_with_its_quote_and_sentence(new_page) -> None:
    page = new_page()
    page.total("151")
    page.text += " Năm 2022 có một xã không hoàn thành nhiệm vụ. Hết."
    page.correct(
        "complete", "một", field="fact",
        new="scope=province; subject=commune_government; indicator=task_completion_rating; levels=not_completed; "
        "measure=count; province=VN-14; period=2022",
    )  # fmt: skip
    tables = page.judged()
    [applied] = tables.applied_corrections
    added = facts(tables)[str(applied["fact_id"])]
    assert page.text[added["span_start"] : added["span_end"]] == added["quote"] == "một"
    assert str(added["sentence"]).endswith("có một xã không hoàn thành nhiệm vụ.")
    assert (added["value"], added["levels"], added["province"], added["flags"], added["reading"]) == (
        1.0, "not_completed", "VN-14", "corrected", "correction",
    )  # fmt: skip
    written = (page.rows, tables.validated_facts, tables.quarantined_facts, tables.merged_facts)
    assert unconserved(*written, tables.applied_corrections) == []
    assert "Extracted 0 times" in str(unconserved(*written))
    assert ungrounded(tables.validated_facts, {page.page_id: page.text}) == []


def test_accept_lets_in_what_the_named_rule_holds(new_page, flags_of) -> None:
    page = new_page()
    page.total("1000")
    count, share = page.count("good", "712"), page.share("good", "75%")
    page.correct("accept", "75%", expected="share_count_mismatch")
    tables = page.judged()
    assert "corrected" in flags_of(tables, share)
    assert [row["fact_id"] for row in tables.quarantined_facts] == [count]
    assert tables.quarantined_facts[0]["rule_id"] == "share_count_mismatch"


def test_a_correction_is_about_a_fact_and_so_about_all_its_mentions(new_page) -> None:
    page = new_page()
    first, second = page.share("good", "71,3%"), page.share("good", "71,3%")
    other = page.share("good", "71,3%", subject="party_member", unit_name="huyện Kim Sơn")
    page.correct("override", "71,3%", field="subject", expected="grassroots_party_organisation", new="agency")
    tables = page.judged()
    assert {row["fact_id"] for row in tables.applied_corrections} == {first, second}
    assert facts(tables)[first]["subject"] == "agency"
    assert facts(tables)[other]["subject"] == "party_member"
    assert [(row["fact_id"], row["merged_into"], row["subject"]) for row in tables.merged_facts] == [
        (second, first, "agency")
    ]


def test_several_fields_of_one_fact_are_corrected_together(new_page) -> None:
    page = new_page()
    fact = page.share("good", "71,3%")
    page.correct("override", "71,3%", field="levels", expected="good", new="clean_strong")
    [told] = problems(page.judged())
    assert "cannot be" in told
    page.correct("override", "71,3%", field="indicator", expected="task_completion_rating", new="clean_strong_rating")
    tables = page.judged()
    assert problems(tables) == []
    assert (facts(tables)[fact]["indicator"], facts(tables)[fact]["levels"]) == ("clean_strong_rating", "clean_strong")


def test_which_tells_two_facts_of_one_number_apart(new_page) -> None:
    page = new_page()
    fact = page.share("good", "71,3%")
    twin = {**page.rows[0], "fact_id": "f" + "1" * 16, "subject": "party_member"}
    page.rows.append(twin)
    page.correct("override", "71,3%", field="base", expected="assessed", new="all")
    [told] = problems(page.judged())
    assert "which, such as subject=" in told
    page.corrections[0]["which"] = "subject=party_member"
    tables = page.judged()
    assert (facts(tables)[fact]["base"], facts(tables)["f" + "1" * 16]["base"]) == ("assessed", "all")


def test_occurrence_counts_the_quote_where_it_stands_by_itself(new_page) -> None:
    page = new_page()
    page.count("excellent", "171")
    page.count("completed", "71")
    good = page.count("good", "71")
    page.correct("override", "71", field="value", expected="71", new="72")
    assert "occurrence" in problems(page.judged())[0]
    page.corrections[0]["occurrence"] = 2
    assert facts(page.judged())[good]["value"] == 72
    page.corrections[0]["occurrence"] = 3
    assert "1 to 2" in problems(page.judged())[0]
    page.corrections[0]["occurrence"] = ""
    page.corrections[0]["span_start"] = page.rows[2]["span_start"]
    assert facts(page.judged())[good]["value"] == 72


# -- what does not hold


def stale_value(page) -> str:
    page.correct("override", "71,3%", field="value", expected="71.2", new="71.5")
    return "value=71.3"


def stale_drop(page) -> str:
    page.correct("drop", "71,3%", expected="70")
    return "value=71.3"


def stale_field(page) -> str:
    page.correct("override", "71,3%", field="subject", expected="party_member", new="agency")
    return "subject=grassroots_party_organisation"


def no_longer_missing(page) -> str:
    page.correct("complete", "71,3%", field="province", new="VN-14")
    return "province=VN-61"


def quote_gone(page) -> str:
    page.correct("drop", "71,4%", expected="71.4")
    return "no such quote"


def quote_moved(page) -> str:
    page.correct("drop", "71,3%", expected="71.3", span_start=int(str(page.rows[0]["span_start"])) + 1)
    return "1,3% "


def half_a_quote(page) -> str:
    page.correct("drop", "71,3", expected="71.3", span_start=page.rows[0]["span_start"])
    return "'71,3%'"


def no_fact_there(page) -> str:
    page.text += " 99 đơn vị"
    page.correct("drop", "99", expected="99")
    return "no fact"


def a_total_with_levels(page) -> str:
    page.correct("override", "71,3%", field="measure", expected="share", new="total")
    return "its levels are empty"


def rule_silent(page) -> str:
    page.correct("accept", "71,3%", expected="rating_sum_over")
    return "no rule"


def another_rule(page) -> str:
    page.total("1000")
    page.count("good", "600")
    page.correct("accept", "71,3%", expected="rating_sum_over")
    return "share_count_mismatch"


def fact_read_by_now(page) -> str:
    page.correct(
        "complete", "71,3%", field="fact",
        new="scope=province; subject=grassroots_party_organisation; indicator=task_completion_rating; levels=good; "
        "measure=share; province=VN-61; period=2022",
    )  # fmt: skip
    return "the fact"


def which_fits_nothing(page) -> str:
    page.correct("drop", "71,3%", expected="71.3", which="measure=count")
    return "measure=share"


@pytest.mark.parametrize(
    "case",
    [
        stale_value, stale_drop, stale_field, no_longer_missing, quote_gone, quote_moved, half_a_quote, no_fact_there,
        a_total_with_levels, rule_silent, another_rule, fact_read_by_now, which_fits_nothing,
    ],
)  # fmt: skip
def test_what_does_not_hold_changes_nothing_and_says_what_was_found(new_page, case) -> None:
    page = new_page()
    page.share("good", "71,3%")
    expected = case(page)
    tables = page.judged()
    assert len(problems(tables)) == 1
    assert expected in found(tables)[0]
    assert problems(tables)[0].endswith(".")
    assert tables.applied_corrections[0]["line"] == 2
    page.corrections.clear()
    as_read = page.judged()
    assert tables.validated_facts == as_read.validated_facts
    assert tables.quarantined_facts == as_read.quarantined_facts


def test_rows_that_exclude_each_other_are_told(new_page) -> None:
    page = new_page()
    page.share("good", "71,3%")
    page.correct("override", "71,3%", field="base", expected="assessed", new="all")
    page.correct("drop", "71,3%", expected="71.3", which="measure=share")
    tables = page.judged()
    assert len(tables.validated_facts) == 1
    assert "line 2" in problems(tables)[0]


def test_a_page_that_is_not_read_or_not_there(new_page) -> None:
    [row] = read(line())
    unread = validate([], {}, [replace(row, page_id="p" + "1" * 16, day="2023-06-01")])
    assert "kpi run" in problems(unread)[0]
    lost = validate([], {}, [replace(row, day="2000-01-01", lost="No page is meant.")])
    assert problems(lost) == ["No page is meant."]
