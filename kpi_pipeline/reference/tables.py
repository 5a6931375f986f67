"""Reading the csv files beside the code. Belongs here: opening, header check, errors that name file and line."""

import csv
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kpi_pipeline.trouble import Trouble

HERE = Path(__file__).parent
DATA = HERE / "data"
LEXICON = HERE / "lexicon"


class ReferenceDataError(Trouble):
    """A reference file is not as it must be; the message names file, line and remedy."""


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and record of every data line of a csv file; lines that begin with `#` are notes.

    Raises `ReferenceDataError` when a column of `columns` is missing or a line has too few or too many fields.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReferenceDataError(f"{path.name} is not UTF-8 ({error.reason}): save it as UTF-8.") from error
    with io.StringIO(text, newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, None)
        if header is not None and len(header) == 1 and ";" in header[0]:
            raise ReferenceDataError(f"{path.name}, line 1: the fields are parted by semicolons; save it with commas.")
        if header is None or not set(columns) <= set(header):
            missing = sorted(set(columns) - set(header or ()))
            raise ReferenceDataError(f"{path.name}, line 1: the header lacks {', '.join(missing)}; add the columns.")
        for record in reader:
            if not record or record[0].lstrip().startswith("#"):
                continue
            if len(record) != len(header):
                raise ReferenceDataError(
                    f"{path.name}, line {reader.line_num}: {len(record)} fields where the header has {len(header)}; "
                    "quote fields that hold a comma."
                )
            yield reader.line_num, dict(zip(header, record, strict=True))


@cache
def data_rows(name: str, columns: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """All records of one file of `reference/data`."""
    return tuple(record for _, record in rows(DATA / name, columns))
