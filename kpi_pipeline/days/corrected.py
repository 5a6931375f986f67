"""What is said of rows of corrections.csv that do not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def not_holding(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """The rows of applied_corrections that do not hold, as a check lists them, in the order of the file."""
    return [
        {
            "day": row["published_on"],
            "line": row["line"],
            "page": row["page"],
            "page_id": row["page_id"] or "",
            "action": row["action"],
            "field": row["field"],
            "quote": row["quote"],
            "expected": row["old_value"],
            "found": row["found"],
            "remedy": row["problem"],
        }
        for row in sorted(rows, key=lambda row: (int(str(row["line"])), str(row["correction_id"])))
        if row["problem"] is not None
    ]


def told(findings: Sequence[Mapping[str, object]], shown: int = 3) -> str:
    """The first findings of `not_holding` as sentences."""
    sentences = [
        f"Line {row['line']} of corrections.csv ({row['action']} on {row['page']}, {row['quote']!r}) does not hold: "
        f"expected {row['expected'] or 'none'}, found {str(row['found']).rstrip('.')}. {row['remedy']}"
        for row in findings[:shown]
    ]
    if len(findings) > shown:
        sentences.append(f"And {len(findings) - shown} more: `kpi correct` lists all.")
    return " ".join(sentences)
