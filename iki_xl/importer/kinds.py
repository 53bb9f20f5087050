"""What a document is, by its bytes alone: names lie, and every other kind gets one sentence that helps."""

from __future__ import annotations

import zipfile
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING

from iki_xl.errors import DocumentError, sebab_sistem

if TYPE_CHECKING:
    from pathlib import Path

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GAMBAR = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")
_PDF_DICARI = 1024  # readers of PDF allow that much before the mark
_TEKS_DILIHAT = 4096
_BUKAN_TEKS = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1a\x1b"))
_BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_POTONG = 1 << 20
_ISI_WORD = (b"wordprocessingml.document.main", b"wordprocessingml.template.main", b"ms-word.")


class Jenis(StrEnum):
    """The kinds of document that can be read."""

    DOCX = "docx"
    PDF = "pdf"
    TEKS = "teks"


_DOCX_LAGI = "simpan sebagai Word (.docx) dahulu"
_DOC_LAMA = (
    "berkas Word lama (.doc): buka di Word atau LibreOffice, pilih Simpan Sebagai, jenis Dokumen Word "
    "(.docx), lalu impor berkas itu"
)
_BERSANDI = "memakai kata sandi: buka dengan kata sandinya, simpan tanpa kata sandi, lalu impor berkas itu"
_RTF = f"berkas RTF: {_DOCX_LAGI}, lalu impor berkas itu"
_LAMAN = f"halaman web: {_DOCX_LAGI}, lalu impor berkas itu"
_ODT = f"dokumen OpenDocument (misalnya .odt): buka di LibreOffice, {_DOCX_LAGI}, lalu impor berkas itu"
_PINDAIAN = (
    "gambar hasil pindai, tidak ada teks: pakai berkas Word-nya, atau kenali dahulu teksnya (OCR) menjadi PDF"
)
_EXCEL = "buku kerja Excel, bukan dokumen: yang dapat diimpor dokumen Word (.docx), PDF atau teks"
_LAIN = "bukan dokumen Word (.docx), PDF atau teks: periksa berkasnya"
_RUSAK = "rusak atau terpotong: minta atau salin ulang berkasnya"
_KOSONG = "kosong: minta atau salin ulang berkasnya"


def jenis(path: Path) -> Jenis:
    """Say what kind of document a file is.

    Raises:
        DocumentError: it cannot be read, or is none of the kinds; the message says what to do.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_TEKS_DILIHAT)
        if head.startswith(_OLE):
            raise tidak_dapat(path, _ole(path))
        if head.startswith(b"PK"):
            return _paket(path)
    except OSError as exc:
        raise tidak_terbaca(path, exc) from exc
    if b"%PDF-" in head[:_PDF_DICARI]:
        return Jenis.PDF
    reason = _bukan_teks(head)
    if reason:
        raise tidak_dapat(path, reason)
    return Jenis.TEKS


def pastikan(path: Path, wanted: Jenis) -> None:
    """Make sure that a file is of one kind.

    Raises:
        DocumentError: it is of another kind, or none; the message says which.
    """
    found = jenis(path)
    if found is not wanted:
        raise tidak_dapat(path, f"{_SEBUTAN[found]}, bukan {_SEBUTAN[wanted]}: periksa berkasnya")


def tidak_dapat(path: Path, reason: str) -> DocumentError:
    """Return the error that a document cannot be imported: what it is, and after a colon what to do."""
    return DocumentError(f"Dokumen “{path.name}” tidak dapat diimpor; {reason}.")


def tidak_terbaca(path: Path, error: OSError) -> DocumentError:
    """Return the error of a file that the system refuses."""
    return DocumentError(
        f"Dokumen “{path.name}” tidak dapat dibaca ({sebab_sistem(error)}): periksa nama dan tempatnya."
    )


def rusak(path: Path) -> DocumentError:
    """Return the error of a damaged document."""
    return tidak_dapat(path, _RUSAK)


def bersandi(path: Path) -> DocumentError:
    """Return the error of a document that wants a password."""
    return tidak_dapat(path, _BERSANDI)


def pindaian(path: Path) -> DocumentError:
    """Return the error of a document that holds pictures of pages only."""
    return tidak_dapat(
        path,
        "tidak ada teks: dokumen hasil pindai; pakai berkas Word-nya, atau kenali dahulu teksnya (OCR)",
    )


_SEBUTAN = {Jenis.DOCX: "dokumen Word (.docx)", Jenis.PDF: "dokumen PDF", Jenis.TEKS: "teks biasa"}


def _bukan_teks(head: bytes) -> str:
    start = head.lstrip()[:200].lower()
    if not head:
        return _KOSONG
    if start.startswith(b"{\\rtf"):
        return _RTF
    if start.startswith((b"<!doctype html", b"<html")):
        return _LAMAN
    if head.startswith(_GAMBAR):
        return _PINDAIAN
    if not head.startswith(_BOM_UTF16) and len(head.translate(None, _BUKAN_TEKS)) != len(head):
        return _LAIN
    return ""


def _ole(path: Path) -> str:
    """Old Office files and encrypted new ones share a container: names in its directory tell which it is."""
    names = {
        "EncryptedPackage": _BERSANDI,
        "WordDocument": _DOC_LAMA,
        "Workbook": _EXCEL,
    }
    marks = {name.encode("utf-16-le"): reason for name, reason in names.items()}
    found: set[str] = set()
    before = b""
    with path.open("rb") as stream:
        while piece := stream.read(_POTONG):
            found.update(reason for mark, reason in marks.items() if mark in before + piece)
            before = piece[-64:]
    return next((reason for reason in names.values() if reason in found), _LAIN)


def _paket(path: Path) -> Jenis:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                types = _awal(archive, "[Content_Types].xml")
                if any(mark in types for mark in _ISI_WORD):
                    return Jenis.DOCX
            opendocument = "mimetype" in names and b"opendocument" in _awal(archive, "mimetype")
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        ValueError,
        EOFError,
        zlib.error,
    ) as exc:
        raise rusak(path) from exc
    if opendocument:
        raise tidak_dapat(path, _ODT)
    raise tidak_dapat(path, _EXCEL if any(name.startswith("xl/") for name in names) else _LAIN)


def _awal(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_POTONG)
