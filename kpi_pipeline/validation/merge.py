"""Mentions: the same fact said twice on a page is one fact.

Belongs here: when two mentions are the same and which one stands for both. Does not belong here: facts of different
pages, and values that merely agree (87 % beside 87,4 % are two facts).
"""

from collections.abc import Sequence

from kpi_pipeline.validation.candidate import Candidate, fact_key


def merge_mentions(candidates: Sequence[Candidate]) -> tuple[list[Candidate], dict[Candidate, Candidate]]:
    """Split the sound mentions of one page, given in the order of the text, into facts and repetitions.

    Two mentions are the same fact when every field of the fact record agrees, the name of the unit and the subset
    too. The earliest stands for all and counts them in `n_mentions`; the second value maps each other one to the fact
    it was merged into. What is found about that fact later holds for its repetitions: they stay merged into it when
    it goes into quarantine.
    """
    kept: dict[tuple[object, ...], Candidate] = {}
    repeated: dict[Candidate, Candidate] = {}
    for candidate in candidates:
        first = kept.setdefault(fact_key(candidate), candidate)
        if first is not candidate:
            first.n_mentions += 1
            repeated[candidate] = first
    return list(kept.values()), repeated
