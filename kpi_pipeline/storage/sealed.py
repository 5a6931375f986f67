"""Parquet files that carry the sha256 of their own bytes, so that damage shows before a value of theirs is believed.

Parquet has no checksum of its footer, and DuckDB reads pages without looking at theirs: a byte that flips would be read
as another number. What stands in a file is the affair of its writer.
"""

from __future__ import annotations

import hashlib
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

_SEAL = b"kpi_sha256"
_NOT_YET = b"0" * 64
_GAP = 2
"""Bytes between the name of the seal and its digits: how Parquet says that a text of 64 bytes follows."""


def sealed(frame: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file with its seal: the sha256 of these bytes with zeros for the seal."""
    sink = BytesIO()
    with pq.ParquetWriter(sink, frame.schema, compression="zstd") as writer:
        writer.write_table(frame)
        writer.add_key_value_metadata({_SEAL: _NOT_YET})
    content = sink.getvalue()
    before, seal, after = _split(content)
    assert seal == _NOT_YET
    return before + hashlib.sha256(content).hexdigest().encode() + after


def is_sealed(content: bytes) -> bool:
    """Whether the bytes are those that `sealed` gave; False also for a file that never had a seal."""
    before, seal, after = _split(content)
    digest = hashlib.sha256(before)
    digest.update(_NOT_YET)
    digest.update(after)
    return seal == digest.hexdigest().encode()


def has_seal(content: bytes) -> bool:
    """Whether the bytes have a seal at all, right or wrong: files written before there were seals have none."""
    return _SEAL in content


def _split(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The bytes before the seal, the seal, and those after it; no seal where it has no name."""
    at = content.rfind(_SEAL)
    start = len(content) if at < 0 else at + len(_SEAL) + _GAP
    return content[:start], content[start : start + len(_NOT_YET)], content[start + len(_NOT_YET) :]
