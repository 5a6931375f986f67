"""The codes that say how a number was read, with a sentence of plain English for each.

Belongs here: the catalogue of readings, of the steps of the reader, and of what arithmetic drops. Does not belong
here: reading (meaning and the steps below it), the reasons of unread numbers (fact).
"""

from kpi_pipeline.reference.lexicon import CLASSES

READINGS: dict[str, str] = {
    "level_right": "The level stands to the right of the number, in its clause.",
    "level_left": "The level stands to the left of the number, in its clause.",
    "verb_right": "The verb or noun of the indicator stands to the right of the number, in its clause.",
    "verb_left": "The verb or noun of the indicator stands to the left of the number, in its clause.",
    "verb_": "The counted noun itself names the indicator, as in new members.",
    "zero": "A negation before the subject and the level says that there is none.",
    "table": "A cell of a table: its row and its column name the level, the subject, the year and the measure.",
    "total": "The number of units that were assessed, said beside a rating.",
    "total_by_sum": "A number of units that the parts after it add up to, or that their shares fit: the total.",
    "ratio": "The second number of a ratio: the total of the first one, or its target.",
    "of_all": "The second number of a ratio whose first is those assessed: how many there are in all.",
    "repeated": "The second number of a ratio repeats a count of better levels named before; it is that count.",
    "population": "A counted subject with no level or verb of its own: how many there are.",
    "part_assessed": "The share of all units that was assessed at all.",
    "share_of_count": "A percent in brackets or after a link word: the share that the count before it makes up.",
    "share_again": "A second percent tied to the one before it: its target, or the same thing on another base.",
    "coordination": "One of several numbers that share the level or the verb said once after the last of them.",
    "list": "One of a list after one verb or level: that of the number before holds on.",
    "respectively": "Numbers in the order of the levels, years or subjects named before them.",
    "other_period": "The statement of the number before, for another period.",
    "other_scope": "The statement of the number before, for another body.",
    "part": "Part of those counted before it at their level, as words behind its noun narrow it.",
    "other_subject": "The statement of the number before, for another subject.",
    "other_body": "The statement of an earlier sentence, for the body that this one names.",
    "target_beside": "The target that stands beside the result: the same statement as the number before.",
    "result_beside": "The result that stands beside its target: the same statement as the number before.",
    "joined_subjects": "One number said of several subjects together; this is one of the others.",
    "same_level": "The text says that the level is the one before.",
}
"""Every code a fact's `reading` may begin with; behind a bar stands the quote that arithmetic compares."""

DROPPED: dict[str, str] = {
    "listed": "A number before a colon would be the total of what follows, but the parts do not add up to it.",
}
"""Why arithmetic takes a statement back."""

STEPS: dict[str, str] = {
    "_of_plan": "Is it the fulfilment of a plan?",
    "_lost_percent": "Is it a share whose percent sign was lost?",
    "_trapped": "Do other words take the number for themselves?",
    "_is_total": "Is it the number of units assessed?",
    "_new_members": "Does the counted noun say new members?",
    "_assessed_at_all": "Is it the share that was assessed at all?",
    "_other_body": "Does it repeat the statement before for another body?",
    "_share": "As the share of the number before it",
    "_like": "As the statement of the number before it",
    "_as_before": "In the order of the levels told before",
    "_same_share": "As the share of the sentence before, in another year, or as what became of it",
    "_total": "As the total of a rating",
    "_rating": "As a rating with a level",
    "_same": "With the level said before",
    "_indicator": "As an indicator that is no rating",
    "_part_assessed": "As the share that was assessed at all",
    "_population": "As how many there are",
    "_cell": "As a cell of a table",
}
"""The steps of the reader that can be watched, by the name of its method: a question, or a reading that is tried."""

_MARKS = {
    "number": "a number",
    "word": "words that no file of the lexicon knows",
    "period": "a period",
    "masked": "a number set aside by its shape or its neighbours",
    "year": "a year",
    "years": "a span of years",
    "month": "a month",
    "months": "a number of months",
    "date": "a date",
}


def reading_code(reading: str) -> str:
    """The code of a reading without what arithmetic keeps behind it: "share_of_count|20%" is "share_of_count"."""
    return reading.partition("|")[0].partition(":")[0]


def reading_sentence(reading: str) -> str:
    """What a reading means; an unknown code is said to be so."""
    code = reading_code(reading)
    return READINGS.get(code, f"A reading without a description: {code or 'no code'}.")


def kind_words(kind: str) -> str:
    """What a kind of token means: a class of the lexicon, a kind of number, or a mark."""
    if kind in CLASSES:
        return CLASSES[kind][0]
    return _MARKS.get(kind, "a mark")
