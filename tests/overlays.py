"""Returned workbooks with what other programs put around, over and beside the cells, part by part."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from packages import MAIN, RELATIONSHIPS, zip_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SHEET = "xl/worksheets/sheet2.xml"
_SHEET_RELATIONS = "xl/worksheets/_rels/sheet2.xml.rels"
_BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/"
_THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def add_to_sheet(
    path: Path,
    *,
    cells: Mapping[str, str] | None = None,
    merges: Sequence[str] = (),
    links: Mapping[str, str] | None = None,
    parts: Mapping[str, tuple[str, str | bytes]] | None = None,
    book: Mapping[str, tuple[str, str | bytes]] | None = None,
) -> Path:
    """Change the form's sheet of a returned .xlsx as another program would have saved it.

    `cells` are (address: XML of the cell instead of its own), `links` (reference: address), `parts` and
    `book` (name below xl/: (kind of relationship, content)) what the sheet and the workbook point to.
    """
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    sheet = content[SHEET].decode()
    for address, cell in (cells or {}).items():
        sheet = _with_cell(sheet, address, cell)
    if merges:
        refs = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
        sheet = sheet.replace("</mergeCells>", f"{refs}</mergeCells>")
    related = _pointing(parts or {}, "../", "p")
    if links:
        tags = "".join(
            f'<hyperlink xmlns:r="{RELATIONSHIPS}" ref="{ref}" r:id="h{n}"/>' for n, ref in enumerate(links)
        )
        sheet = sheet.replace("<pageMargins", f"<hyperlinks>{tags}</hyperlinks><pageMargins", 1)
        for number, address in enumerate(links.values()):
            escaped = address.replace("&", "&amp;")
            related += (
                f'<Relationship Id="h{number}" Type="{RELATIONSHIPS}/hyperlink" Target="{escaped}" '
                'TargetMode="External"/>'
            )
    content[SHEET] = sheet.encode()
    if related:
        content[_SHEET_RELATIONS] = f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>'.encode()
    if book:
        more = f"{_pointing(book, '', 'b')}</Relationships>"
        content[_BOOK_RELATIONS] = content[_BOOK_RELATIONS].replace(b"</Relationships>", more.encode())
    for name, (_, part) in {**(parts or {}), **(book or {})}.items():
        content[f"xl/{name}"] = part if isinstance(part, bytes) else part.encode()
    path.write_bytes(zip_parts(content))
    return path


def _pointing(parts: Mapping[str, tuple[str, object]], up: str, mark: str) -> str:
    return "".join(
        f'<Relationship Id="{mark}{n}" Type="{RELATIONSHIPS}/{kind}" Target="{up}{name}"/>'
        for n, (name, (kind, _)) in enumerate(parts.items())
    )


def _with_cell(sheet: str, address: str, cell: str) -> str:
    start = sheet.index(f'<c r="{address}"')
    end = sheet.index(">", start) + 1
    if sheet[end - 2] != "/":
        end = sheet.index("</c>", start) + len("</c>")
    return sheet[:start] + cell + sheet[end:]


def comments(notes: Mapping[str, str]) -> str:
    """Return a part with notes: (address: text)."""
    items = "".join(
        f'<comment ref="{at}" authorId="0"><text><r><rPr><b/></rPr><t>{text}</t></r></text></comment>'
        for at, text in notes.items()
    )
    return f'<comments xmlns="{MAIN}"><commentList>{items}</commentList></comments>'


def threads(notes: Sequence[tuple[str, str]]) -> str:
    """Return a part with comments that people answer: (address, text) in order."""
    items = "".join(
        f'<threadedComment ref="{at}" id="{n}"><text>{text}</text></threadedComment>'
        for n, (at, text) in enumerate(notes)
    )
    return f'<ThreadedComments xmlns="{_THREADS}">{items}</ThreadedComments>'


def drawing(*anchors: str) -> str:
    """Return a drawing with some anchors."""
    spaces = f'xmlns:xdr="{_DRAWING}spreadsheetDrawing" xmlns:a="{_DRAWING}main"'
    return f"<xdr:wsDr {spaces}>{''.join(anchors)}</xdr:wsDr>"


def anchor(top: int, left: int, bottom: int, right: int, inside: str) -> str:
    """Return an anchor over some cells (from 0)."""
    corners = "".join(
        f"<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
        for name, row, column in (("from", top, left), ("to", bottom, right))
    )
    return f"<xdr:twoCellAnchor>{corners}{inside}<xdr:clientData/></xdr:twoCellAnchor>"


def box(*paragraphs: str) -> str:
    """Return a text box with some paragraphs."""
    lines = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<xdr:sp><xdr:txBody><a:bodyPr/>{lines}</xdr:txBody></xdr:sp>"


PICTURE = "<xdr:pic><xdr:nvPicPr/></xdr:pic>"
