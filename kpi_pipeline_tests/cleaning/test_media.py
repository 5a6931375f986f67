"""Telling pages from other files by their bytes."""

from __future__ import annotations

import pytest

from kpi_pipeline.cleaning.media import sniff

TEXT = "Năm 2021, tỉnh có 61 tổ chức."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><html></html>", "text/html"),
        (b"\n\n<div class='a'>x</div>", "text/html"),
        ("<p>Xin chào</p>".encode("utf-16"), "text/html"),
        ("<p>Xin chào</p>".encode("utf-16-le"), "text/html"),
        (TEXT.encode(), "text/plain"),
        (TEXT.encode("utf-16"), "text/plain"),
        (b"1 < 2 and 3 > 2", "text/plain"),
        (b"line one<br>\nline two <b>bold</b>\nline three", "text/plain"),
        (b"text <p>one</p><p>two</p>", "text/html"),
        (b"%PDF-1.4", None),
        (b"PK\x03\x04abc", None),
        (b"\x89PNG\r\n", None),
        (b"\xd0\xcf\x11\xe0doc", None),
        (b"\x01\x02\x03\x04\x05abc", None),
        (b"", None),
        (b"  \n ", None),
    ],
)
def test_kinds(content: bytes, kind: str | None) -> None:
    assert sniff(content) == kind
