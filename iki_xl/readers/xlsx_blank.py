"""Blank rows of a large sheet, cut out before the parser: cells formatted down to the last row take seconds.

Only whole rows that hold nothing are cut, and only where every row says where it stands: no other moves.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Below this size the parser is as fast.
_LARGE = 256 * 1024
_SHEET_DATA = re.compile(rb"<((?:[a-zA-Z][a-zA-Z0-9]*:)?)sheetData\s*>")
_ATTRIBUTES = rb'(?:\s+[a-zA-Z][a-zA-Z0-9:]*="[^"<]*+")*+\s*+'


def without_blank_rows(content: bytes) -> bytes:
    """Return a worksheet part without its blank rows; the same bytes where it has another shape."""
    begin = _SHEET_DATA.search(content) if len(content) > _LARGE else None
    # in comments, CDATA and instructions the same letters would mean nothing
    if begin is None or b"<!" in content or b"<?" in content[1:]:
        return content
    row = b"<%brow" % begin[1]
    if content.count(row) != content.count(row + b' r="') + content.count(row + b"Breaks"):
        return content
    return _blank_rows(begin[1]).sub(b"", content)


@lru_cache(maxsize=16)
def _blank_rows(prefix: bytes) -> re.Pattern[bytes]:
    cell = rb'<%bc r="[A-Z]{1,3}[1-9][0-9]{0,6}"%b(?:/>|></%bc>)\s*+' % (prefix, _ATTRIBUTES, prefix)
    row = rb'<%brow r="[1-9][0-9]{0,6}"%b(?:/>|>\s*+(?:%b)*+</%brow>)\s*+'
    return re.compile(b"(?:" + row % (prefix, _ATTRIBUTES, cell, prefix) + b")++")
