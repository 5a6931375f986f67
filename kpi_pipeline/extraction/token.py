"""The token: a tagged stretch of a text.

Belongs here: the record alone. Does not belong here: how tokens are found (tags) and what they mean together.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Token:
    """A tagged stretch of the text: `kind` and `code` are class and code of the lexicon, or of a number or mark."""

    kind: str
    code: str
    start: int
    end: int
