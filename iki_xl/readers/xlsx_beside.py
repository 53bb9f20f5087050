"""What an .xlsx holds beside its cells, put to them: addresses of links, notes, boxes, pictures; and extras.

A part is read only where a sheet or the workbook points to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.readers.book import Cell, Extra, SheetCells
from iki_xl.readers.in_cell import put_links
from iki_xl.readers.relations import EXTRA_KINDS, Relation, read_relations, relations_part
from iki_xl.readers.side_parts import SideParts
from iki_xl.readers.xlsx_notes import Drawn, Notes, read_comments, read_drawing, read_threads, read_vml
from iki_xl.readers.xlsx_rich import RichValues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iki_xl.readers.book import Area, Limits
    from iki_xl.readers.package import ZipPackage
    from iki_xl.readers.xlsx_around import Link, SheetPart


def complete(
    package: ZipPackage,
    related: Mapping[str, Relation],
    sheets: Iterable[tuple[SheetPart, str]],
    limits: Limits,
) -> tuple[tuple[SheetCells, ...], frozenset[Extra]]:
    """Return the sheets with what other parts say of them, and what else the workbook holds.

    `related` are the workbook's relationships; each sheet comes with the name of its part. Nothing of this
    matters to figures, so what cannot be read is left out (`Extra.UNREAD`).
    """
    parts = SideParts(package, limits.depth)
    rich = RichValues(related, parts)
    done = tuple(_completed(sheet, part, parts, rich) for sheet, part in sheets)
    extras = set(_extras(related, parts))
    return done, frozenset({*extras, Extra.UNREAD} if parts.unread else extras)


def _completed(found: SheetPart, part: str, parts: SideParts, rich: RichValues) -> SheetCells:
    cells, sheet = found.cells, found.sheet
    for at, number in found.rich.items():
        if cells[at].is_error and rich.is_picture(number):
            cells[at] = Cell(picture=True)
    source = relations_part(part)
    if not parts.has(source):
        return sheet
    related = parts.read(source, lambda content, depth: read_relations(content, part, depth)) or {}
    if not put_links(cells, _addresses(found.links, related)):
        parts.unread = True
    notes, drawn = _notes(related, parts), _drawn(related, parts)
    return replace(sheet, notes=notes, boxes=drawn.boxes, pictures=drawn.pictures)


def _addresses(links: Iterable[Link], related: Mapping[str, Relation]) -> Iterator[tuple[Area, str]]:
    """Give each link's cells and address; one without an address leads to a place in the workbook."""
    for link in links:
        relation = related.get(link.relation)
        if relation is not None and relation.external:
            place = f"#{link.location}" if link.location and "#" not in relation.target else ""
            yield link.area, relation.target + place


def _of_kind(related: Mapping[str, Relation], kind: str) -> Iterator[str]:
    return (found.target for found in related.values() if found.kind == kind and not found.external)


def _notes(related: Mapping[str, Relation], parts: SideParts) -> Notes:
    """Return notes by cell; of a comment with replies the note that stands for it elsewhere says less."""
    found: Notes = {}
    for kind, parse in (("comments", read_comments), ("threadedComment", read_threads)):
        for target in _of_kind(related, kind):
            found |= parts.read(target, parse) or {}
    return found


def _drawn(related: Mapping[str, Relation], parts: SideParts) -> Drawn:
    drawings = [parts.read(target, read_drawing) or Drawn() for target in _of_kind(related, "drawing")]
    controls = [parts.read(target, read_vml) or () for target in _of_kind(related, "vmlDrawing")]
    boxes = [box for some in (*(d.boxes for d in drawings), *controls) for box in some]
    return Drawn(tuple(dict.fromkeys(boxes)), tuple(area for d in drawings for area in d.pictures))


def _extras(related: Mapping[str, Relation], parts: SideParts) -> Iterator[Extra]:
    for found in related.values():
        extra = EXTRA_KINDS.get(found.kind)
        if extra is None:
            continue
        is_dde = found.kind == "externalLink" and parts.has(found.target)
        if is_dde and parts.read(found.target, _holds_dde):
            extra = Extra.DDE
        yield extra


def _holds_dde(content: bytes, _depth: int) -> bool:
    return b"ddeLink" in content
