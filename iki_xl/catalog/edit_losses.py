"""What a workbook holds that openpyxl does not keep when it saves: counted before and after, and named."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING

from iki_xl.catalog.cells import KATALOG_LIMITS
from iki_xl.readers.package import open_package
from iki_xl.readers.relations import read_relations, relations_part, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.readers.package import ZipPackage
    from iki_xl.readers.relations import Relation

PartCounts = Counter[tuple[str, str]]
"""How many there are of a kind, by sheet ("" the workbook) and what people call the kind."""

CHART, PIVOT = "grafik", "tabel pivot"
_PICTURE, _SHAPE = "gambar", "bentuk atau kotak teks"
DRAWN = frozenset({CHART, PIVOT, _PICTURE, _SHAPE})
"""Kinds that lie over cells, or look at them, and do not move with them."""

# By the last word of a relationship's type.
_OF_SHEET = {
    "pivotTable": PIVOT,
    "slicer": "pemotong data (slicer)",
    "timeline": "garis waktu (timeline)",
    "ctrlProp": "tombol atau kontrol formulir",
    "control": "kontrol ActiveX",
    "oleObject": "objek tertanam",
    "package": "objek tertanam",
    "threadedComment": "percakapan komentar",
    "image": "gambar latar atau gambar di kepala halaman",
    "queryTable": "kueri data",
}
_OF_BOOK = {
    "externalLink": "tautan ke buku kerja lain",
    "connections": "koneksi data",
    "slicerCache": "pemotong data (slicer)",
}
_IN_DRAWING = {
    _PICTURE: re.compile(rb"<(?:\w+:)?pic[ >]"),
    CHART: re.compile(rb"<(?:\w+:)?graphicFrame[ >]"),
    _SHAPE: re.compile(rb"<(?:\w+:)?(?:sp|cxnSp)[ >]"),
}
_IN_SHEET = {
    "sparkline": re.compile(rb"<(?:\w+:)?sparkline>"),
    "format bersyarat bentuk baru": re.compile(rb"<x14:cfRule[ >]"),
    "aturan isian bentuk baru": re.compile(rb"<x14:dataValidation[ >]"),
}
_SHEET_NAME = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')


def is_plain_workbook(content: bytes) -> bool:
    """Say whether an .xlsx is neither a template nor made for macros: openpyxl would make an .xlsx of those.

    Raises:
        UnreadableError: it is no package, or over a limit.
    """
    types = open_package(content, KATALOG_LIMITS).read("[Content_Types].xml").lower()
    return b"spreadsheetml.sheet.main+xml" in types and b"vbaproject" not in types


def count_fragile_parts(content: bytes) -> PartCounts:
    """Count what a package holds beside cells, by sheet and kind.

    Raises:
        UnreadableError: a part is damaged or over a limit.
    """
    package = open_package(content, KATALOG_LIMITS)
    book = target_of(_relations(package, ""), "officeDocument", "xl/workbook.xml")
    related = _relations(package, book)
    found: PartCounts = Counter()
    for relation in related.values():
        if relation.kind in _OF_BOOK:
            found["", _OF_BOOK[relation.kind]] += 1
    for name, part in _walk_sheets(package.read(book), related):
        if package.has(part):
            found.update({(name, kind): count for kind, count in _count_on_sheet(package, part).items()})
    return found


def name_losses(before: PartCounts, after: PartCounts) -> tuple[str, ...]:
    """Say what was lost from one file to the other, sheet by sheet; a chart may look different at least."""
    lost = [
        (sheet, kind, count - after[sheet, kind] if kind != CHART else count)
        for (sheet, kind), count in before.items()
        if kind == CHART or count > after[sheet, kind]
    ]
    return tuple(
        f"{f'lembar {sheet}' if sheet else 'buku kerja'}: {count} {kind}" for sheet, kind, count in lost
    )


def _count_on_sheet(package: ZipPackage, part: str) -> Counter[str]:
    found: Counter[str] = Counter()
    content = package.read(part)
    for kind, pattern in _IN_SHEET.items():
        found[kind] += len(pattern.findall(content))
    for relation in _relations(package, part).values():
        if relation.kind in _OF_SHEET:
            found[_OF_SHEET[relation.kind]] += 1
        elif relation.kind == "drawing" and package.has(relation.target):
            drawing = package.read(relation.target)
            for kind, pattern in _IN_DRAWING.items():
                found[kind] += len(pattern.findall(drawing))
    return +found


def _walk_sheets(content: bytes, related: Mapping[str, Relation]) -> Iterator[tuple[str, str]]:
    """Give the name and the part of each sheet."""
    for element in _SHEET_NAME.findall(content):
        own = {name.rpartition(b":")[2].decode(): value for name, value in _ATTRIBUTE.findall(element)}
        relation = related.get(own.get("id", b"").decode())
        if relation is not None:
            yield unescape(own.get("name", b"").decode("utf-8", "replace")), relation.target


def _relations(package: ZipPackage, part: str) -> Mapping[str, Relation]:
    source = relations_part(part)
    if not package.has(source):
        return {}
    return read_relations(package.read(source), part, KATALOG_LIMITS.depth)
