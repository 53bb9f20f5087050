"""katalog.xlsx -> the cells of its sheets, by the readers of returned workbooks; why it cannot be read.

Every cause becomes one `CatalogError` here, with a sentence that says what, where, what to do.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import closing
from functools import partial
from pathlib import Path

from iki_xl.errors import CatalogError, sebab_sistem
from iki_xl.readers.book import Batas, BukuSel, TidakTerbacaError
from iki_xl.readers.disk import CHANGED_MEANWHILE, read_whole
from iki_xl.readers.ole import AWALAN_OLE
from iki_xl.readers.package import Jenis
from iki_xl.readers.workbook import read_workbook
from iki_xl.readers.workers import Gagal, baca_terpisah

LIMITS = Batas(sel=500_000)
"""A catalogue is read in this process: beyond so many cells it would seem to hang."""


def read_book(path: Path) -> BukuSel:
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
    except TidakTerbacaError as exc:
        raise CatalogError(_sentence(path, str(exc))) from exc
    except MemoryError as exc:
        raise CatalogError(_sentence(path, "memorinya terlalu banyak")) from exc
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
            f"{path} tidak dapat dibaca ({sebab_sistem(exc)}); periksa letak dan medianya."
        ) from exc


def _refuse_other_than_file(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise CatalogError(
            f"{path} adalah folder; sebutkan berkas katalog di dalamnya, misalnya katalog.xlsx."
        )
    if not stat.S_ISREG(mode):
        raise CatalogError(f"{path} bukan berkas biasa; sebutkan berkas katalog.xlsx.")


def _read(path: Path) -> BukuSel:
    content, _ = read_whole(path, LIMITS)
    if not content.startswith(AWALAN_OLE):
        return read_workbook(content, path.suffix.lower(), LIMITS)
    with closing(baca_terpisah(partial(_read_file, limits=LIMITS), [path], LIMITS)) as results:
        result = next(results)
    if isinstance(result, Gagal):
        raise TidakTerbacaError(result.sebab)
    return result


def _read_file(path: Path, limits: Batas) -> BukuSel:
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
# What to say, by words of the reader's reason; the first that are found decide.
_SENTENCES = (
    (re.escape(Jenis.TERSANDI.sebab), _ENCRYPTED),
    (re.escape(CHANGED_MEANWHILE), _BEING_WRITTEN),
    ("|".join(re.escape(kind.sebab) for kind in Jenis if kind.sebab) + "|xlsb", _NO_WORKBOOK),
    ("lebih (?:dari|besar)|paling (?:besar|banyak)|terlalu (?:banyak|panjang)|selesai dibaca", _TOO_LARGE),
    ("", _DAMAGED),
)


def _sentence(path: Path, reason: str) -> str:
    words = next(words for pattern, words in _SENTENCES if re.search(pattern, reason))
    return words.format(path=path, reason=reason)
