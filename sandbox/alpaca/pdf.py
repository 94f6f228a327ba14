"""A minimal PDF document: one page of lines."""

from __future__ import annotations

from collections.abc import Sequence

LINES_SHOWN_MAX = 60
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)


def render_pdf(lines: Sequence[str]) -> bytes:
    """The first lines in one column; characters that the base font lacks become question marks."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        _stream(lines[:LINES_SHOWN_MAX]),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        len(content),
    )
    return content + head + table + trailer


def _stream(lines: Sequence[str]) -> bytes:
    shown = b"".join(b"(%b) Tj T*\n" % _escape(line) for line in lines)
    text = b"BT /F1 10 Tf 12 TL 50 790 Td\n%bET" % shown
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text)


def _escape(line: str) -> bytes:
    text = line.encode("ascii", "replace")
    for special in (b"\\", b"(", b")"):
        text = text.replace(special, b"\\" + special)
    return text
