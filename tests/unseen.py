"""Workbooks into whose texts characters were strewn that nobody sees."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from random import Random

# Marks of direction, zero width, soft hyphen, fillers, tags: of no use in any text of a form.
TAGS = "\U000e0001\U000e0041"
NEVER_SEEN = (
    *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200e\u200f\u202a\u202c\u202d\u202e",
    *"\u2060\u2063\u2066\u2069\u3164\ufeff\uffa0",
    *TAGS,
)
# Not seen behind Latin letters and digits; emoji and letters of other scripts are shaped by them.
SHAPING = ("\u200c", "\u200d", "\ufe00", "\ufe0f")
_LETTER = re.compile(r"_x[0-9A-Fa-f]{4}_|.", re.DOTALL)
_TEXT = re.compile(r"(<t)(?: [^>]*)?>([^<]*)(</t>)")
_ITEM = re.compile(r"<si>(.*?)</si>|<si/>", re.DOTALL)
_SHARED = re.compile(r'(<c [^>]*)t="s"([^>]*)><v>([0-9]+)</v></c>')
_INLINE = re.compile(r'(<c [^>]*)t="inlineStr"([^>]*)><is>(.*?)</is></c>', re.DOTALL)
_STRINGS = "xl/sharedStrings.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def strewn(text: str, random: Random, share: float = 0.4) -> str:
    """Return a text with unseen characters anywhere in it; Excel's escapes of characters stay whole."""
    made, before = "", " "
    for letter in [*_LETTER.findall(text), ""]:
        while random.random() < share:
            made += random.choice((*NEVER_SEEN, *SHAPING) if before < "\u0590" else NEVER_SEEN)
        made, before = made + letter, letter[-1:] or before
    return made


def strew_workbook(content: bytes, random: Random, *, inline: bool = False, without: str = "") -> bytes:
    """Return an .xlsx with all texts strewn (entries, ids, keys, titles), shared or, `inline`, in cells.

    `without`: unseen characters that are not strewn.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    for name in sorted({*sheets, _STRINGS} & parts.keys()):
        parts[name] = _TEXT.sub(lambda m: _strewn_element(m, random, without), parts[name])
    (_in_cells if inline else _shared)(parts, sheets)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _strewn_element(match: re.Match[str], random: Random, without: str) -> str:
    text = strewn(unescape(match[2]), random)
    text = escape(text.translate(dict.fromkeys(map(ord, without))), {"\r": "&#13;"})
    return f'{match[1]} xml:space="preserve">{text}{match[3]}'


def _in_cells(parts: dict[str, str], sheets: list[str]) -> None:
    items = [m[1] or "" for m in _ITEM.finditer(parts.get(_STRINGS, ""))]
    for name in sheets:
        parts[name] = _SHARED.sub(
            lambda m: f'{m[1]}t="inlineStr"{m[2]}><is>{items[int(m[3])]}</is></c>', parts[name]
        )


def _shared(parts: dict[str, str], sheets: list[str]) -> None:
    items: list[str] = []

    def share(match: re.Match[str]) -> str:
        items.append(match[3])
        return f'{match[1]}t="s"{match[2]}><v>{len(items) - 1}</v></c>'

    if _STRINGS in parts:
        return
    for name in sheets:
        parts[name] = _INLINE.sub(share, parts[name])
    parts[_STRINGS] = f'<sst xmlns="{_MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'
    for name, end, more in (
        ("[Content_Types].xml", "</Types>", f'<Override PartName="/{_STRINGS}" ContentType="{_KIND}"/>'),
        (
            "xl/_rels/workbook.xml.rels",
            "</Relationships>",
            f'<Relationship Id="strings" Type="{_LINK}" Target="sharedStrings.xml"/>',
        ),
    ):
        assert end in parts[name]
        parts[name] = parts[name].replace(end, more + end)
