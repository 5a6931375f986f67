"""The catalogue of the landing store: its tables, its indexes and the queries for what counts now.

Belongs here: SQL that several methods share, and bringing a catalogue into being. Does not belong here: deciding what
becomes of a page (`store`) and the pages' bytes (`objects`).
"""

from __future__ import annotations

import sqlite3
from typing import Final

SCHEMA_VERSION: Final = 1
_TABLES: Final = """
CREATE TABLE pages (
    page_id TEXT PRIMARY KEY, url TEXT, published_on TEXT NOT NULL, day_source TEXT NOT NULL
) STRICT;
CREATE TABLE versions (
    page_id TEXT NOT NULL REFERENCES pages, page_version TEXT NOT NULL, sequence INTEGER NOT NULL UNIQUE,
    captured_on TEXT NOT NULL, source_province TEXT, source_file TEXT NOT NULL, media_type TEXT NOT NULL,
    n_bytes INTEGER NOT NULL, landed_on TEXT NOT NULL, PRIMARY KEY (page_id, page_version)
) STRICT;
CREATE TABLE acts (
    number INTEGER PRIMARY KEY, page_id TEXT NOT NULL REFERENCES pages, kind TEXT NOT NULL, reason TEXT NOT NULL,
    day TEXT
) STRICT;
CREATE TABLE refusals (
    name TEXT NOT NULL, sha256 TEXT NOT NULL, reason TEXT NOT NULL, day TEXT NOT NULL,
    PRIMARY KEY (name, sha256, reason)
) STRICT;
"""
_INDEXES: Final = (
    "CREATE INDEX IF NOT EXISTS pages_by_day ON pages (published_on, page_id)",
    "CREATE INDEX IF NOT EXISTS versions_by_bytes ON versions (page_version, page_id)",
    "CREATE INDEX IF NOT EXISTS acts_by_page ON acts (page_id, number)",
)

LATEST: Final = """
SELECT p.page_id, v.page_version, p.url, p.published_on, p.day_source, v.captured_on, v.source_province,
       v.source_file, v.media_type, v.n_bytes, v.page_version
FROM pages p JOIN versions v ON v.page_id = p.page_id
WHERE v.sequence = (SELECT w.sequence FROM versions w WHERE w.page_id = p.page_id
                    ORDER BY w.captured_on DESC, w.sequence DESC LIMIT 1)
"""
CURRENT: Final = """
AND coalesce((SELECT a.kind FROM acts a WHERE a.page_id = p.page_id AND a.kind IN ('withdrawn', 'restored')
              ORDER BY a.number DESC LIMIT 1), 'restored') <> 'withdrawn'
"""


def set_up(link: sqlite3.Connection) -> bool:
    """Give a new catalogue its tables and any catalogue the indexes it lacks; False where it is of a newer version.

    An index that stands costs no write lock, so a catalogue opens while others land. The caller keeps a second
    opener out.
    """
    version = link.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        return False
    if version == 0:
        link.execute("PRAGMA journal_mode = WAL")
        link.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
    for index in _INDEXES:
        link.execute(index)
    return True
