"""The rule catalogue: every judgement the product makes about a page or a fact, as data.

Belongs here: a rule's id, how hard it bites, what it says in plain English and what a person should do. It feeds the
asset checks, the reasons in the quarantine and the documentation. Does not belong here: the code that applies a rule.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["quarantine", "flag", "page", "merge"]


@dataclass(frozen=True)
class Rule:
    """One rule.

    `severity` is `quarantine` (the fact is kept out of the tables and can be read in the quarantine), `flag` (it is
    accepted and carries the rule's id in `flags`), `page` (a page gave no text to read) or `merge` (a repeated
    mention). `applies_to` says on what it is judged: page, fact, mention, pair (a share and its count) or group (a
    rating group).
    """

    id: str
    severity: Severity
    title: str
    sentence: str
    what_to_do: str
    applies_to: Literal["page", "fact", "mention", "pair", "group"]


_CATALOGUE: tuple[Rule, ...] = (
    Rule(
        "unknown_code",
        "quarantine",
        "A code that no table knows",
        "A scope, subject, indicator, level, measure, comparator, base, modality or province is none of the codes "
        "of the fact record, a level does not belong to its indicator, or a total names levels.",
        "No page can cause this: the extractor or a lexicon file gave the code. Correct it there and run the day "
        "again.",
        "fact",
    ),
    Rule(
        "bad_period",
        "quarantine",
        "A period that is no date",
        "The start or end of the period is not a year, a month or a day of the calendar in ISO form.",
        "No page can cause this: correct how the extractor writes the period and run the day again.",
        "fact",
    ),
    Rule(
        "span_not_grounded",
        "quarantine",
        "A number that does not stand where it is said to stand",
        "The characters of the page's text at the fact's span are not its quote, or the quote does not read as its "
        "value.",
        "No page can cause this: the text or the extractor changed between two stages. Run the day again from "
        "cleaned_text; if it stays, report the page.",
        "fact",
    ),
    Rule(
        "value_out_of_range",
        "quarantine",
        "A value that cannot be",
        "A share lies outside 0 to 100 percent, a count or total is negative, not whole or larger than the country, "
        "or a total is 0 though units are counted in it.",
        "Open the page at the sentence: leave a slip of the page here, or write the right value into the "
        "corrections file (override); if the extractor took another quantity for it, report the page.",
        "fact",
    ),
    Rule(
        "count_above_total",
        "quarantine",
        "A part larger than its whole",
        "The count is larger than the total the page states for the same population.",
        "Open the page at the sentence and see which of the two is the slip: correct that one (override or drop in "
        "the corrections file), accept the count if it is right, or leave it here.",
        "fact",
    ),
    Rule(
        "counts_over_total",
        "quarantine",
        "Counts that add to more than their total",
        "The counts of levels that exclude each other add to more than the total the page states, so one of them or "
        "the total is wrong and none of the group can be relied on.",
        "Open the page at the spans named and add the counts up; correct the slip (override or drop in the "
        "corrections file), or leave the group here.",
        "group",
    ),
    Rule(
        "rating_sum_over",
        "quarantine",
        "Shares that add to more than 100 percent",
        "The shares of levels that exclude each other add to more than 100 percent and what rounding explains. All "
        "facts of the group are held, its counts, totals and bounds too: they come from the same slip or "
        "misreading.",
        "Open the page at the spans named: leave a slip of the page here, or correct the number that is wrong "
        "(override or drop in the corrections file); report the page if two populations were read as one.",
        "group",
    ),
    Rule(
        "rating_sum_short",
        "quarantine",
        "A full list of shares that adds to less than 100 percent",
        "The shares name every level of the scale, or the counts beside them add to the stated total, and yet they "
        "add to less than 100 percent and what rounding explains. All facts of the group are held.",
        "Open the page at the spans named: a slip of the page stays here with its group, or is corrected by a row of "
        "the corrections file (override, or complete for a number that was not read).",
        "group",
    ),
    Rule(
        "share_count_mismatch",
        "quarantine",
        "A share that is not its count's",
        "The share differs by more than one point from the count divided by the stated total, so the page has a "
        "slip or the two numbers are not about the same units. Both are held.",
        "Open the page at the sentence and work out which number is the slip: correct that one (override or drop in "
        "the corrections file), accept both if they stand, or leave both here.",
        "pair",
    ),
    Rule(
        "dropped_by_correction",
        "quarantine",
        "A fact that an analyst took out",
        "A row of the corrections file drops the fact; the reason names who did so, when and why.",
        "Nothing. To bring the fact back, remove its row from the corrections file and run.",
        "fact",
    ),
    Rule(
        "incomplete",
        "flag",
        "Not all levels are named",
        "The shares of the group add to less than 100 percent because the page does not name every level.",
        "Nothing, when the page names only some levels. Do not subtract the sum from 100 to get the rest.",
        "group",
    ),
    Rule(
        "share_mismatch",
        "flag",
        "A share slightly off its count",
        "The share differs from the count divided by the total by more than rounding and at most one point.",
        "Use the numbers as written; where exactness matters, look at the page, since one of the two has a slip.",
        "pair",
    ),
    Rule(
        "share_count_unlikely",
        "flag",
        "A share far off its count, with no total to judge by",
        "The share differs by more than one point from the count divided by the sum of the counts; the page states "
        "no total, so the comparison only warns.",
        "Look at the page before using either number.",
        "pair",
    ),
    Rule(
        "value_conflict",
        "flag",
        "Two values for one thing",
        "The page states two values for the same level of the same population and period that rounding does not "
        "explain.",
        "Look at the page: it has a slip, or speaks of two populations that were read as one. A row of the "
        "corrections file drops the wrong value.",
        "group",
    ),
    Rule(
        "parts_mismatch",
        "flag",
        "Parts that do not make their whole",
        "A value that covers several levels is smaller than its parts, or the parts are all named and do not add to "
        "it.",
        "Look at the page before using the single levels; the value that covers them is the one that was added up.",
        "group",
    ),
    Rule(
        "unplaced",
        "flag",
        "No province or no year can take it",
        "The province or the period is unknown, the province's code did not stand at the end of the period, or the "
        "period is none a year can take: a half-year, a sum or a mean over a term, a year out of reach, "
        "a result of the year that had only begun when the page was published (January).",
        "Find it in fact_observation. If the province is missing, name it in the manifest's source_province; what "
        "one fact lacks, a row of the corrections file completes.",
        "fact",
    ),
    Rule(
        "term_mended",
        "flag",
        "A term's first year was mended",
        "The page writes a term whose first year cannot be, such as 2103-2018; it was read from the last year.",
        "Check the term on the page before comparing years.",
        "fact",
    ),
    Rule(
        "period_assumed",
        "flag",
        "The year stands elsewhere on the page",
        "The sentence names no year; it was taken from the headline, the page or the day of publication.",
        "Read the page around the sentence where the year decides something.",
        "fact",
    ),
    Rule(
        "scope_assumed",
        "flag",
        "What kind of body it is, the page does not say",
        'Only a bare name or a village says whose number it is ("Đồng Khê có ..."); the page nowhere gives it a noun. '
        "The tables of provinces and years leave it out.",
        "Find it in fact_observation; a correction of its scope and unit_name brings it into the tables.",
        "fact",
    ),
    Rule(
        "base_unsure",
        "flag",
        "What the share is a share of is not said",
        'A bare percentage after "trong đó" was read as a share of the group named before it, and no number of the '
        "page proves it.",
        "Do not compare it with shares of all units before reading the sentence.",
        "fact",
    ),
    Rule(
        "cumulative",
        "flag",
        "A level that holds the better one too",
        'The page says "good", then breaks "excellent" out of it, so the number covers both levels.',
        "Nothing: the levels of the fact say both.",
        "fact",
    ),
    Rule(
        "percent_lost",
        "flag",
        "A percent sign is missing",
        "The number stands where the page gives shares and its neighbours carry the sign; it was read as a share.",
        "Look at the page if the number matters.",
        "fact",
    ),
    Rule(
        "approximate",
        "flag",
        "The page itself rounds",
        "The page gives the value as about so much, so it takes no part in sums and comparisons.",
        "Prefer an exact value of another page where there is one.",
        "fact",
    ),
    Rule(
        "corrected",
        "flag",
        "An analyst's word stands in it",
        "A row of the corrections file changed a field of the fact, added it, or let it in against a rule.",
        "Find the row with its reason, who and when in dq_corrections, by the fact's id.",
        "fact",
    ),
    Rule(
        "repeated_mention",
        "merge",
        "Said more than once",
        "The page states the same fact again, in the headline and the body for example.",
        "Nothing: the first mention stands for all, and this one keeps its own span.",
        "mention",
    ),
    Rule(
        "undecodable",
        "page",
        "Bytes that are no text",
        "The page's bytes are no text in any encoding the product knows.",
        "Capture the page again; if it is a document such as a PDF, convert it to HTML or text first.",
        "page",
    ),
    Rule(
        "no_text",
        "page",
        "No article on the page",
        "Nothing was left of the page when menus, lists and forms were taken away.",
        "Open the page: if it has an article, capture it again after it has loaded, or save it as text.",
        "page",
    ),
    Rule(
        "not_vietnamese",
        "page",
        "Not in Vietnamese",
        "The page's text is not Vietnamese, so no number is read from it.",
        "Nothing, when that is so; otherwise land the Vietnamese version of the page.",
        "page",
    ),
    Rule(
        "failed",
        "page",
        "Cleaning failed",
        "The page could not be cleaned: it took too long, too much memory, or broke the parser.",
        "Raise the limit that its reason names and `kpi run --retry-lost`; or save the article as plain text and land "
        "that. Other pages do not suffer from it.",
        "page",
    ),
    Rule(
        "skipped",
        "page",
        "States nothing",
        "No sentence of the page has a number and the words of an indicator, so the page was not parsed (KPI_SKIP).",
        "Nothing; run with KPI_SKIP=0 to have the page parsed and its numbers listed.",
        "page",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _CATALOGUE}
"""The catalogue by id, in the order in which rules are applied and documented."""


def rules_of(severity: Severity) -> tuple[Rule, ...]:
    """The rules of one severity, in the catalogue's order."""
    return tuple(rule for rule in _CATALOGUE if rule.severity == severity)
