"""The closed code lists of the fact record and small helpers over them.

Belongs here: every code a fact may carry. Does not belong here: words that express the codes (see `lexicon`)
and rules about facts.
"""

from collections.abc import Iterable

SCOPES: tuple[str, ...] = ("province", "provincial_bloc", "district", "commune", "organisation", "national")

SUBJECTS: tuple[str, ...] = (
    "grassroots_party_organisation",
    "grassroots_party_committee",
    "grassroots_party_cell",
    "subordinate_party_cell",
    "upper_party_committee",
    "party_member",
    "leadership_collective",
    "leader",
    "civil_servant",
    "provincial_department",
    "public_service_unit",
    "district_government",
    "commune_government",
    "local_government",
    "mass_organisation",
    "agency",
    "other",
)

TASK_COMPLETION = "task_completion_rating"
CLEAN_STRONG = "clean_strong_rating"
STUDY_RESULT = "study_result"

RATINGS: tuple[str, ...] = (TASK_COMPLETION, CLEAN_STRONG, STUDY_RESULT)

INDICATORS: tuple[str, ...] = (
    *RATINGS,
    "study_participation",
    "party_members_admitted",
    "population",
    "emulation_title",
    "award",
    "inspection",
)

MEASURES: tuple[str, ...] = ("count", "share", "total")
COMPARATORS: tuple[str, ...] = ("eq", "ge", "gt", "le", "lt", "approx")
MODALITIES: tuple[str, ...] = ("actual", "target")

NOT_ASSESSED = "not_assessed"

LEVELS: dict[str, tuple[str, ...]] = {
    TASK_COMPLETION: ("excellent", "good", "completed", "not_completed"),
    CLEAN_STRONG: ("exemplary", "clean_strong", "good", "completed", "weak"),
    STUDY_RESULT: ("excellent", "good", "fair", "average", "poor"),
}
"""The levels of each rating, best first; `NOT_ASSESSED` lies outside every scale."""

BASE_ASSESSED = "assessed"
BASE_ALL = "all"


def join_levels(levels: Iterable[str]) -> str:
    """The text form of a set of levels: codes sorted and joined by `+`, empty for none."""
    return "+".join(sorted(set(levels)))


def split_levels(text: str) -> tuple[str, ...]:
    """The reverse of `join_levels`: sorted codes; an empty text gives an empty tuple."""
    return tuple(sorted(part for part in text.split("+") if part))


DAY_SOURCES: tuple[str, ...] = ("manifest", "metadata", "address", "dateline", "captured")
"""How a page's day of publication was found, surest first; `captured` means that only the day of capture is known."""

CORRECTION_ACTIONS: tuple[str, ...] = ("drop", "override", "complete", "accept")
"""What an analyst's correction does to a fact."""

SKIPPED = "skipped"
PAGE_STATUSES: tuple[str, ...] = ("ok", "undecodable", "no_text", "not_vietnamese", "failed", SKIPPED)
"""What cleaning made of a page."""

GRADES: tuple[str, ...] = ("value", "meaning", "full")
"""How closely two facts are compared, loosest first: indicator, levels, measure and value; then subject, modality and
years; then province, scope, base and comparator."""
