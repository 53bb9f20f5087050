"""katalog.xlsx -> the cells of its sheets, by the readers of returned workbooks; why it cannot be read.

Every cause becomes one `CatalogError` here, with a sentence that says what, where, what to do.
"""

from __future__ import annotations

import os
import stat
from contextlib import closing
from functools import partial
from pathlib import Path

from iki_xl.errors import CatalogError, explain_system_error
from iki_xl.readers.book import BookCells, Limits, Refusal, RefusalKind, UnreadableError
from iki_xl.readers.disk import read_whole
from iki_xl.readers.ole import OLE_MAGIC
from iki_xl.readers.workbook import read_workbook
from iki_xl.readers.workers import Failure, read_in_workers

KATALOG_LIMITS = Limits(cells=500_000)
"""A catalogue is read in this process: beyond so many cells it would seem to hang."""


def read_book(path: Path) -> BookCells:
    """Return the workbook that holds the catalogue, whatever program wrote it.

    This program's own readers are bounded and work here; what an .xls makes of the library that reads it is
    kept apart in a process that may hang or die.

    Raises:
        CatalogError: the file is missing, not a workbook, encrypted, damaged, over a limit, being written, or
            may not be read.
    """
    try:
        _refuse_other_than_file(path)
        # a link that the office made itself leads to its catalogue
        return _read(Path(os.path.realpath(path)))
    except UnreadableError as exc:
        raise CatalogError(_sentence(path, exc.refusal)) from exc
    except MemoryError as exc:
        raise CatalogError(_sentence(path, _NO_MEMORY)) from exc
    except FileNotFoundError as exc:
        raise CatalogError(
            f"Katalog {path} tidak ada; jalankan `iki-xl mulai` untuk membuat yang baru, atau sebutkan "
            "letaknya dengan --katalog."
        ) from exc
    except PermissionError as exc:
        raise CatalogError(
            f"{path} tidak boleh dibaca; tutup berkas itu bila sedang terbuka dan periksa izinnya."
        ) from exc
    except OSError as exc:
        raise CatalogError(
            f"{path} tidak dapat dibaca ({explain_system_error(exc)}); periksa letak dan medianya."
        ) from exc


def _refuse_other_than_file(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise CatalogError(
            f"{path} adalah folder; sebutkan berkas katalog di dalamnya, misalnya katalog.xlsx."
        )
    if not stat.S_ISREG(mode):
        raise CatalogError(f"{path} bukan berkas biasa; sebutkan berkas katalog.xlsx.")


def _read(path: Path) -> BookCells:
    content, _ = read_whole(path, KATALOG_LIMITS)
    if not content.startswith(OLE_MAGIC):
        return read_workbook(content, path.suffix.lower(), KATALOG_LIMITS)
    reading = read_in_workers(partial(_read_file, limits=KATALOG_LIMITS), [path], KATALOG_LIMITS)
    with closing(reading) as results:
        result = next(results)
    if isinstance(result, Failure):
        raise UnreadableError.of(result.refusal)
    return result


def _read_file(path: Path, limits: Limits) -> BookCells:
    return read_workbook(read_whole(path, limits)[0], path.suffix.lower(), limits)


_ENCRYPTED = "{path} dikunci dengan kata sandi; buka di Excel, hapus kata sandinya, lalu simpan."
_BEING_WRITTEN = "{path} {reason}, mungkin sedang disimpan; tunggu sampai selesai, lalu ulangi perintahnya."
_NO_WORKBOOK = (
    "{path} bukan buku kerja Excel yang dapat dibaca ({reason}), apa pun nama berkasnya; buka aslinya di "
    "Excel lalu simpan sebagai “Buku Kerja Excel (.xlsx)”."
)
_TOO_LARGE = (
    "{path} terlalu besar untuk sebuah katalog ({reason}); hapus gambar, lembar dan baris yang tidak "
    "diperlukan, atau salin isinya ke katalog baru dari `iki-xl mulai`."
)
_DAMAGED = (
    "{path} rusak, terpotong, atau bukan buku kerja yang utuh ({reason}); ambil salinan cadangannya, atau "
    "buka di Excel atau LibreOffice lalu simpan ulang sebagai .xlsx."
)
_NO_MEMORY = Refusal("memorinya tidak cukup", RefusalKind.LIMIT)
# What to say, by what stands in the way; anything else is damage.
_SENTENCES = {
    RefusalKind.ENCRYPTED: _ENCRYPTED,
    RefusalKind.CHANGED: _BEING_WRITTEN,
    RefusalKind.LIMIT: _TOO_LARGE,
    **dict.fromkeys((RefusalKind.TEXT, RefusalKind.EMPTY, RefusalKind.NOT_A_WORKBOOK), _NO_WORKBOOK),
}


def _sentence(path: Path, refusal: Refusal) -> str:
    return _SENTENCES.get(refusal.kind, _DAMAGED).format(path=path, reason=refusal.reason)
