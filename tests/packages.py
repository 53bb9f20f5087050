"""Workbooks made part by part for tests: small ones of our own, and zips that lie, overlap or overflow."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.readers.book import Batas, BukuSel
from iki_xl.readers.ods import baca_ods
from iki_xl.readers.package import Jenis, buka, jenis
from iki_xl.readers.xlsx import baca_xlsx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UTAMA = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HUBUNGAN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PAKET = "http://schemas.openxmlformats.org/package/2006"
_TIPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
AWAL_ODS = (
    f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" '
    f'xmlns:text="{_ODF}text:1.0" xmlns:draw="{_ODF}drawing:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:body><office:spreadsheet>"
)
AKHIR_ODS = "</office:spreadsheet></office:body></office:document-content>"


def baca(content: bytes, batas: Batas | None = None) -> BukuSel:
    """Read a workbook of either kind from its bytes, as a collector would."""
    limits = batas or Batas()
    package = buka(content, limits)
    return baca_ods(package, limits) if jenis(content) is Jenis.ODS else baca_xlsx(package, limits)


def lembar(rows: str, after: str = "") -> str:
    """Return a worksheet part around the XML of its rows."""
    return f'<worksheet xmlns="{UTAMA}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def sel(cells: str) -> str:
    """Return a worksheet part whose first row holds some cells."""
    return lembar(f'<row r="1">{cells}</row>')


def bagian(
    *sheets: str | bytes,
    teks: str | None = None,
    gaya: str | None = None,
    buku: str = "",
    lain: Mapping[str, str | bytes] | None = None,
) -> dict[str, bytes]:
    """Return the parts of an .xlsx with some worksheet parts; `buku` stands before its list of sheets."""
    listed = "".join(f'<sheet name="L{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
    related = "".join(
        f'<Relationship Id="r{n}" Type="{HUBUNGAN}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PAKET}/content-types">'
        f"{_tipe(len(sheets), teks, gaya)}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PAKET}/relationships"><Relationship Id="a" '
        f'Type="{HUBUNGAN}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{UTAMA}" xmlns:r="{HUBUNGAN}">{buku}<sheets>{listed}</sheets>'
        "</workbook>",
    }
    for name, part in (("sharedStrings", teks), ("styles", gaya)):
        if part is not None:
            parts[f"xl/{name}.xml"] = part
            related += f'<Relationship Id="{name}" Type="{HUBUNGAN}/{name}" Target="{name}.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PAKET}/relationships">{related}</Relationships>'
    )
    parts.update({f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(sheets, 1)})
    parts.update(lain or {})
    return {name: part if isinstance(part, bytes) else part.encode() for name, part in parts.items()}


def _tipe(sheets: int, teks: str | None, gaya: str | None) -> str:
    parts = {"workbook": "sheet.main", **{f"worksheets/sheet{n}": "worksheet" for n in range(1, sheets + 1)}}
    parts |= {name: name for name, part in (("sharedStrings", teks), ("styles", gaya)) if part is not None}
    return "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_TIPE}.{kind}+xml"/>'
        for name, kind in parts.items()
    )


def gaya(*formats: str | int) -> str:
    """Return a styles part whose cell formats are these: a builtin id, or a format code of its own."""
    codes = [f for f in formats if isinstance(f, str)]
    declared = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{_dalam_atribut(code)}"/>' for n, code in enumerate(codes)
    )
    used = "".join(f'<xf numFmtId="{f if isinstance(f, int) else 164 + codes.index(f)}"/>' for f in formats)
    return (
        f'<styleSheet xmlns="{UTAMA}"><numFmts>{declared}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{used}</cellXfs></styleSheet>'
    )


def _dalam_atribut(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def ods(content: str, *, meta: str = "", manifest: str = "") -> dict[str, bytes]:
    """Return the parts of an .ods whose spreadsheet holds some tables."""
    return {
        "mimetype": ODS.encode(),
        "content.xml": (AWAL_ODS + content + AKHIR_ODS).encode(),
        "meta.xml": (
            f'<office:document-meta xmlns:office="{_ODF}office:1.0" xmlns:meta="{_ODF}meta:1.0" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>{meta}</office:meta></office:document-meta>'
        ).encode(),
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>".encode(),
    }


def zip_biasa(parts: Mapping[str, bytes]) -> bytes:
    """Return an ordinary zip of some parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def buku(*sheets: str | bytes, **options: object) -> bytes:
    """Return an .xlsx with some worksheet parts; see `bagian`."""
    return zip_biasa(bagian(*sheets, **options))


@dataclass(frozen=True)
class Entri:
    """One entry of a zip made by hand; what is given instead of the truth stands in the directory."""

    nama: str
    isi: bytes
    ukuran: int | None = None
    mampat: int | None = None
    tanda: int = 0
    cara: int = 8
    letak: int | None = None
    nama_sendiri: str | None = None


def zip_sendiri(entries: Sequence[Entri]) -> bytes:
    """Return a zip written byte by byte, so that its directory can say anything."""
    body, directory = b"", b""
    for entry in entries:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = packer.compress(entry.isi) + packer.flush() if entry.cara == 8 else entry.isi
        sizes = (
            zlib.crc32(entry.isi),
            len(data) if entry.mampat is None else entry.mampat,
            len(entry.isi) if entry.ukuran is None else entry.ukuran,
        )
        offset = len(body) if entry.letak is None else entry.letak
        own = (entry.nama if entry.nama_sendiri is None else entry.nama_sendiri).encode()
        name = entry.nama.encode()
        if entry.letak is None:
            body += struct.pack(
                "<4s5H3L2H", b"PK\3\4", 20, entry.tanda, entry.cara, 0, 33, *sizes, len(own), 0
            )
            body += own + data
        head = (b"PK\1\2", 20, 20, entry.tanda, entry.cara, 0, 33, *sizes)
        directory += struct.pack("<4s6H3L5H2L", *head, len(name), 0, 0, 0, 0, 0, offset)
        directory += name
    count = len(entries) & 0xFFFF
    return (
        body
        + directory
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    )
