"""Shapes that a reader understands and extraction is known to misread: kept, but off unless asked for.

Belongs here: their names. Does not belong here: the shapes; each stands where its like stand and asks `may`. A name is
of a template, or of a shape within one. When extraction has learned one, its name goes from the set.
"""

HARD: frozenset[str] = frozenset(
    {
        "both_cells",
        "bracket_after_long_name",
        "committees_then_cells",
        "comrades_abbreviated",
        "office_of_a_city",
        "old_scale_of_upper_committees_in_lines",
        "space_after_slash",
        "wrapped_capture",
    }
)

PHRASES = (("thuộc UBND thành phố", "office_of_a_city"), ("đ/c", "comrades_abbreviated"))


def may(name: str, hard: bool) -> bool:
    """Whether a page may use the shape: every shape with `hard`, else those not in the set."""
    return hard or name not in HARD
