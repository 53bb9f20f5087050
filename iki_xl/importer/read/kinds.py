"""What a document is, by its bytes alone: names lie, and every other kind gets one sentence that helps."""

from __future__ import annotations

import zipfile
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING

from iki_xl.errors import DocumentError, explain_system_error

if TYPE_CHECKING:
    from pathlib import Path

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURE_MARKS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")
_PDF_MARK_WITHIN = 1024  # readers of PDF allow that much before the mark
_TEXT_LOOKED_AT = 4096
_NOT_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1a\x1b"))
_BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PIECE = 1 << 20
_WORD_TYPES = (b"wordprocessingml.document.main", b"wordprocessingml.template.main", b"ms-word.")


class DocumentKind(StrEnum):
    """The kinds of document that can be read."""

    DOCX = "docx"
    PDF = "pdf"
    TEXT = "teks"


_SAVE_AS_DOCX = "simpan sebagai Word (.docx) dahulu"
_OLD_DOC = (
    "berkas Word lama (.doc): buka di Word atau LibreOffice, pilih Simpan Sebagai, jenis Dokumen Word "
    "(.docx), lalu impor berkas itu"
)
_ENCRYPTED = "memakai kata sandi: buka dengan kata sandinya, simpan tanpa kata sandi, lalu impor berkas itu"
_RTF = f"berkas RTF: {_SAVE_AS_DOCX}, lalu impor berkas itu"
_WEB_PAGE = f"halaman web: {_SAVE_AS_DOCX}, lalu impor berkas itu"
_ODT = f"dokumen OpenDocument (misalnya .odt): buka di LibreOffice, {_SAVE_AS_DOCX}, lalu impor berkas itu"
_SCAN = (
    "gambar hasil pindai, tidak ada teks: pakai berkas Word-nya, atau kenali dahulu teksnya (OCR) menjadi PDF"
)
_EXCEL = "buku kerja Excel, bukan dokumen: yang dapat diimpor dokumen Word (.docx), PDF atau teks"
_OTHER_KIND = "bukan dokumen Word (.docx), PDF atau teks: periksa berkasnya"
_DAMAGED = "rusak atau terpotong: minta atau salin ulang berkasnya"
_EMPTY = "kosong: minta atau salin ulang berkasnya"


def recognise_document(path: Path) -> DocumentKind:
    """Say what kind of document a file is.

    Raises:
        DocumentError: it cannot be read, or is none of the kinds; the message says what to do.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_TEXT_LOOKED_AT)
        if head.startswith(_OLE):
            raise build_import_error(path, _explain_ole(path))
        if head.startswith(b"PK"):
            return _recognise_word_package(path)
    except OSError as exc:
        raise build_reading_error(path, exc) from exc
    if b"%PDF-" in head[:_PDF_MARK_WITHIN]:
        return DocumentKind.PDF
    reason = _explain_no_text(head)
    if reason:
        raise build_import_error(path, reason)
    return DocumentKind.TEXT


def ensure_kind(path: Path, wanted: DocumentKind) -> None:
    """Make sure that a file is of one kind.

    Raises:
        DocumentError: it is of another kind, or none; the message says which.
    """
    found = recognise_document(path)
    if found is not wanted:
        raise build_import_error(
            path, f"{_KIND_NAMES[found]}, bukan {_KIND_NAMES[wanted]}: periksa berkasnya"
        )


def build_import_error(path: Path, reason: str) -> DocumentError:
    """Return the error that a document cannot be imported: what it is, and after a colon what to do."""
    return DocumentError(f"Dokumen “{path.name}” tidak dapat diimpor; {reason}.")


def build_reading_error(path: Path, error: OSError) -> DocumentError:
    """Return the error of a file that the system refuses."""
    return DocumentError(
        f"Dokumen “{path.name}” tidak dapat dibaca ({explain_system_error(error)}): periksa nama dan "
        "tempatnya."
    )


def build_damage_error(path: Path) -> DocumentError:
    """Return the error of a damaged document."""
    return build_import_error(path, _DAMAGED)


def build_password_error(path: Path) -> DocumentError:
    """Return the error of a document that wants a password."""
    return build_import_error(path, _ENCRYPTED)


def build_scan_error(path: Path) -> DocumentError:
    """Return the error of a document that holds pictures of pages only."""
    return build_import_error(
        path,
        "tidak ada teks: dokumen hasil pindai; pakai berkas Word-nya, atau kenali dahulu teksnya (OCR)",
    )


_KIND_NAMES = {
    DocumentKind.DOCX: "dokumen Word (.docx)",
    DocumentKind.PDF: "dokumen PDF",
    DocumentKind.TEXT: "teks biasa",
}


def _explain_no_text(head: bytes) -> str:
    start = head.lstrip()[:200].lower()
    if not head:
        return _EMPTY
    if start.startswith(b"{\\rtf"):
        return _RTF
    if start.startswith((b"<!doctype html", b"<html")):
        return _WEB_PAGE
    if head.startswith(_PICTURE_MARKS):
        return _SCAN
    if not head.startswith(_BOM_UTF16) and len(head.translate(None, _NOT_TEXT)) != len(head):
        return _OTHER_KIND
    return ""


def _explain_ole(path: Path) -> str:
    """Old Office files and encrypted new ones share a container: names in its directory tell which it is."""
    names = {
        "EncryptedPackage": _ENCRYPTED,
        "WordDocument": _OLD_DOC,
        "Workbook": _EXCEL,
    }
    marks = {name.encode("utf-16-le"): reason for name, reason in names.items()}
    found: set[str] = set()
    before = b""
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            found.update(reason for mark, reason in marks.items() if mark in before + piece)
            before = piece[-64:]
    return next((reason for reason in names.values() if reason in found), _OTHER_KIND)


def _recognise_word_package(path: Path) -> DocumentKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                types = _read_part_start(archive, "[Content_Types].xml")
                if any(mark in types for mark in _WORD_TYPES):
                    return DocumentKind.DOCX
            opendocument = "mimetype" in names and b"opendocument" in _read_part_start(archive, "mimetype")
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        ValueError,
        EOFError,
        zlib.error,
    ) as exc:
        raise build_damage_error(path) from exc
    if opendocument:
        raise build_import_error(path, _ODT)
    raise build_import_error(path, _EXCEL if any(name.startswith("xl/") for name in names) else _OTHER_KIND)


def _read_part_start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_PIECE)
