"""The exception tree. Every message is one plain Indonesian sentence for the person at the keyboard.

IkiError                 exit code 3: the program could not do its work
├── CatalogError         katalog.xlsx is missing, is not a workbook, or cannot be used
│   └── CatalogMistakesError  katalog.xlsx was read, but holds mistakes (each one a Temuan)
├── FormError            a form cannot be made from this catalogue (Excel's limits)
├── OutputError          an output cannot be written
├── BusyError            another run works in the same folder
├── NothingCountedError  nothing that came back counts, and earlier results would be replaced by that
├── DocumentError        an office's document cannot be read, or holds no IKI form
└── UsageError           exit code 2: the command was called wrongly

Bad *data* in a returned workbook is never an exception: it is a Temuan (findings.py).
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iki_xl.findings import Temuan


def explain_system_error(error: OSError) -> str:
    """Say in Indonesian why the system refused a file; its own words are English."""
    return _SYSTEM_REASONS.get(error.errno or 0, f"ditolak sistem, kode {error.errno}")


_SYSTEM_REASONS = {
    errno.ENOENT: "tidak ada",
    errno.EACCES: "tanpa izin",
    errno.EPERM: "tanpa izin",
    errno.EROFS: "folder hanya dapat dibaca",
    errno.ENOSPC: "ruang disk habis",
    errno.EFBIG: "berkas sebesar itu tidak diizinkan",
    errno.EDQUOT: "jatah ruang disk habis",
    errno.EISDIR: "berupa folder",
    errno.ENOTDIR: "bukan folder",
    errno.EEXIST: "sudah ada berkas dengan nama itu",
    errno.ENAMETOOLONG: "namanya terlalu panjang",
    errno.EBUSY: "sedang dipakai program lain",
    errno.EIO: "disk bermasalah",
}


class IkiError(Exception):
    """Base of all errors a user may see; `exit_code` is what the command line returns."""

    exit_code = 3


class CatalogError(IkiError):
    """katalog.xlsx cannot be used."""


class CatalogMistakesError(CatalogError):
    """katalog.xlsx holds mistakes; `findings` names each by sheet and cell."""

    def __init__(self, message: str, findings: tuple[Temuan, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class FormError(IkiError):
    """The form cannot be written, for instance because a text is over Excel's limits."""


class OutputError(IkiError):
    """An output file or folder cannot be written."""


class BusyError(IkiError):
    """Another run of this program works in the same folder."""


class NothingCountedError(IkiError):
    """Nothing counts of `file_count` workbooks, while there are earlier results; `findings` say why."""

    def __init__(self, message: str, file_count: int, findings: tuple[Temuan, ...]) -> None:
        super().__init__(message)
        self.file_count = file_count
        self.findings = findings


class UsageError(IkiError):
    """The command was called wrongly."""

    exit_code = 2


class DocumentError(IkiError):
    """An office's document cannot be read, or holds no IKI form."""
