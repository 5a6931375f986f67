"""Who answers for an asset, as its page in the UI says. A house with other teams changes the names here alone."""

import dagster as dg

READING = "team:reading"
"""Pages and facts: landing, cleaning, extraction, rules, and how well all that reads."""

TABLES = "team:tables"
"""Tables and publication: the SQL models and what readers open."""

OWNERS = {
    "pages": READING,
    "facts": READING,
    "quality": READING,
    "staging": TABLES,
    "marts": TABLES,
    "publication": TABLES,
}
"""By the group of an asset."""


def owned(definitions: dg.Definitions) -> dg.Definitions:
    """The definitions with the owner of each group on its assets."""
    return definitions.map_asset_specs(func=lambda spec: spec.replace_attributes(owners=[OWNERS[str(spec.group_name)]]))
