"""The pages that come with the product, written for it: `kpi land --samples` takes them, tests read them.

Belongs here: pages, their manifest, the facts a careful reader finds in them. Does not belong here: real pages. What
each page shows stands in README.md.
"""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
PAGES: Final = FOLDER / "pages"
MANIFEST: Final = FOLDER / "manifest.csv"
EXPECTED_FACTS: Final = FOLDER / "expected_facts.jsonl"
