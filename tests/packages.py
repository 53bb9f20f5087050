"""Workbooks made part by part for tests: small ones of our own, and zips that lie, overlap or overflow."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from iki_xl.readers.book import BookCells, Limits
from iki_xl.readers.ods import read_ods
from iki_xl.readers.package import FileKind, open_package, recognise_file
from iki_xl.readers.xlsx import read_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_NAMESPACE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_START = (
    f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" '
    f'xmlns:text="{_ODF}text:1.0" xmlns:draw="{_ODF}drawing:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:body><office:spreadsheet>"
)
ODS_END = "</office:spreadsheet></office:body></office:document-content>"


def read_content(content: bytes, given: Limits | None = None) -> BookCells:
    """Read a workbook of either kind from its bytes, as a collector would."""
    limits = given or Limits()
    package = open_package(content, limits)
    return (
        read_ods(package, limits) if recognise_file(content) is FileKind.ODS else read_xlsx(package, limits)
    )


def make_sheet(rows: str, after: str = "") -> str:
    """Return a worksheet part around the XML of its rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def make_cell_sheet(cells: str) -> str:
    """Return a worksheet part whose first row holds some cells."""
    return make_sheet(f'<row r="1">{cells}</row>')


def make_parts(
    *sheets: str | bytes,
    text: str | None = None,
    styles: str | None = None,
    book: str = "",
    other: Mapping[str, str | bytes] | None = None,
) -> dict[str, bytes]:
    """Return the parts of an .xlsx with some worksheet parts; `book` stands before its list of sheets."""
    listed = "".join(f'<sheet name="L{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
    related = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE_NAMESPACE}/content-types">'
        f"{_list_content_types(len(sheets), text, styles)}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE_NAMESPACE}/relationships"><Relationship Id="a" '
        f'Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">{book}'
        f"<sheets>{listed}</sheets>"
        "</workbook>",
    }
    for name, part in (("sharedStrings", text), ("styles", styles)):
        if part is not None:
            parts[f"xl/{name}.xml"] = part
            related += f'<Relationship Id="{name}" Type="{RELATIONSHIPS}/{name}" Target="{name}.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE_NAMESPACE}/relationships">{related}</Relationships>'
    )
    parts.update({f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(sheets, 1)})
    parts.update(other or {})
    return {name: part if isinstance(part, bytes) else part.encode() for name, part in parts.items()}


def _list_content_types(sheets: int, text: str | None, styles: str | None) -> str:
    parts = {"workbook": "sheet.main", **{f"worksheets/sheet{n}": "worksheet" for n in range(1, sheets + 1)}}
    parts |= {name: name for name, part in (("sharedStrings", text), ("styles", styles)) if part is not None}
    return "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_SPREADSHEET_TYPE}.{kind}+xml"/>'
        for name, kind in parts.items()
    )


def make_styles(*formats: str | int) -> str:
    """Return a styles part whose cell formats are these: a builtin id, or a format code of its own."""
    codes = [f for f in formats if isinstance(f, str)]
    declared = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{_escape_attribute(code)}"/>'
        for n, code in enumerate(codes)
    )
    used = "".join(f'<xf numFmtId="{f if isinstance(f, int) else 164 + codes.index(f)}"/>' for f in formats)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{declared}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{used}</cellXfs></styleSheet>'
    )


def _escape_attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def make_ods_parts(content: str, *, meta: str = "", manifest: str = "") -> dict[str, bytes]:
    """Return the parts of an .ods whose spreadsheet holds some tables."""
    return {
        "mimetype": ODS.encode(),
        "content.xml": (ODS_START + content + ODS_END).encode(),
        "meta.xml": (
            f'<office:document-meta xmlns:office="{_ODF}office:1.0" xmlns:meta="{_ODF}meta:1.0" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>{meta}</office:meta></office:document-meta>'
        ).encode(),
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>".encode(),
    }


def zip_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return an ordinary zip of some parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def make_xlsx(*sheets: str | bytes, **options: object) -> bytes:
    """Return an .xlsx with some worksheet parts; see `make_parts`."""
    return zip_parts(make_parts(*sheets, **options))


@dataclass(frozen=True)
class ZipEntry:
    """One entry of a zip made by hand; what is given instead of the truth stands in the directory."""

    nama: str
    content: bytes
    size: int | None = None
    compressed: int | None = None
    flags: int = 0
    method: int = 8
    offset: int | None = None
    own_name: str | None = None


def zip_by_hand(entries: Sequence[ZipEntry]) -> bytes:
    """Return a zip written byte by byte, so that its directory can say anything."""
    body, directory = b"", b""
    for entry in entries:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = packer.compress(entry.content) + packer.flush() if entry.method == 8 else entry.content
        sizes = (
            zlib.crc32(entry.content),
            len(data) if entry.compressed is None else entry.compressed,
            len(entry.content) if entry.size is None else entry.size,
        )
        offset = len(body) if entry.offset is None else entry.offset
        own = (entry.nama if entry.own_name is None else entry.own_name).encode()
        name = entry.nama.encode()
        if entry.offset is None:
            body += struct.pack(
                "<4s5H3L2H", b"PK\3\4", 20, entry.flags, entry.method, 0, 33, *sizes, len(own), 0
            )
            body += own + data
        head = (b"PK\1\2", 20, 20, entry.flags, entry.method, 0, 33, *sizes)
        directory += struct.pack("<4s6H3L5H2L", *head, len(name), 0, 0, 0, 0, 0, offset)
        directory += name
    count = len(entries) & 0xFFFF
    return (
        body
        + directory
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    )


def make_damaged_copies(content: bytes, count: int, seed: int, start: int = 512) -> Iterator[bytes]:
    """Give damaged copies: bytes changed at random places from `start` on, or the end cut off."""
    rng = Random(seed)
    for _ in range(count):
        damaged = bytearray(content)
        for _ in range(rng.choice((1, 1, 2, 8))):
            at = rng.randrange(start, len(damaged))
            size = rng.choice((1, 1, 2, 4))
            damaged[at : at + size] = rng.choice((b"\xff" * size, bytes(size), rng.randbytes(size)))
        yield bytes(damaged[: rng.randrange(len(damaged))] if rng.random() < 0.1 else damaged[: len(content)])
