"""Finding returned workbooks and reading each once; a file that cannot be read is one finding."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path, PurePath
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from iki_xl.collect.record import TEKS_RAKSASA, BukuIsian, buka_catatan, catat
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.form.jabatan import JabatanForm, jabatan_forms
from iki_xl.output import FOLDER_SENDIRI
from iki_xl.readers.book import Batas, TidakTerbacaError
from iki_xl.readers.disk import CHANGED_MEANWHILE, READ_ONLY, read_whole
from iki_xl.readers.ole import AWALAN_OLE, BerkasOle
from iki_xl.readers.package import Jenis
from iki_xl.readers.workbook import read_workbook
from iki_xl.readers.workers import TERLAMBAT, Gagal, baca_lewat, baca_terpisah

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from iki_xl.catalog import Katalog

    Maju = Callable[[int, int], None]

BATAS = Batas()
_DICOBA = {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}
READ_ONLYN_ISIAN = {"readme.md"}
_BERKAS_SISTEM = {"thumbs.db", "desktop.ini"}
_TERKOMPRESI = {".zip", ".rar", ".7z"}
_TITIK_SAMBUNG = 0xA0000003  # a Windows junction: a folder that leads elsewhere, perhaps to its own parent
# The list of a zip's parts stands at its end, with names in plain sight.
_EKOR_ZIP = 256 * 1024
_AWALAN_ZIP, _BUKU_ZIP = b"PK\x03\x04", b"xl/workbook."
_BUKU_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_UTAS = 4
# New records that are kept at a time: a run that is stopped loses no more.
_SIMPAN_SEKALI = 500

_TIDAK_ADA = "berkasnya tidak ada"
_TANPA_IZIN = "tidak ada izin membacanya, atau sedang dibuka program lain"
_SIMPAN_ULANG = "Minta pegawai menyimpan ulang sebagai .xlsx, lalu taruh kembali di folder ini."
_LAMBAT = (
    "Bila berkasnya di drive jaringan yang lambat, salin dahulu ke komputer ini, atau jalankan dengan "
    "--batas detik=60; bila tidak, minta pegawai menyimpan ulang sebagai .xlsx."
)
_CARA = {
    Jenis.TERSANDI.sebab: "Buka dengan kata sandinya, simpan tanpa kata sandi, lalu taruh kembali di sini.",
    CHANGED_MEANWHILE: "Tunggu sampai berkasnya selesai disalin atau disimpan, lalu jalankan lagi.",
    _TIDAK_ADA: "Taruh kembali berkasnya bila masih diperlukan, lalu jalankan lagi.",
    _TANPA_IZIN: "Tutup program lain yang membukanya, atau beri izin membaca, lalu jalankan lagi.",
}


@dataclass(frozen=True, slots=True)
class BerkasTerbaca:
    """A returned workbook: its name as findings call it, and what it holds.

    `waktu_berkas` are the times (UTC, naive) of all files that hold these very bytes, its own first.
    `sha256` stands for its bytes, `asal` is where they lay.
    """

    nama: str
    isi: BukuIsian
    waktu_berkas: tuple[datetime, ...]
    sha256: str = ""
    asal: Path = Path()


@dataclass(frozen=True, slots=True)
class HasilBaca:
    """One file after reading: its record (record.py), or None and why.

    `sha256` is "" and `waktu_berkas` None where its bytes could not be read.
    """

    catatan: bytes | None = None
    sebab: str = ""
    sha256: str = ""
    waktu_berkas: datetime | None = None


class Simpanan(Protocol):
    """Where records are kept by the digest of the bytes they were read from."""

    @property
    def kosong(self) -> bool:
        """True when no record is known."""

    def ambil(self, sha256s: Iterable[str]) -> dict[str, bytes]:
        """Return the records that are known."""

    def simpan(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Keep new records."""


def _diam(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class CaraBaca:
    """How to read: within which limits, where, with what kept from earlier runs.

    `pekerja` is the number of processes (None: as many as there are processors, fewer for few files). With an
    `executor` reading maps over that one instead, in batches; it then has to bear what hostile files do.
    `maju(done, total)` hears of each file that is done.
    """

    batas: Batas = BATAS
    pekerja: int | None = None
    executor: Executor | None = None
    simpanan: Simpanan | None = None
    maju: Maju = _diam


def cari_berkas(folder: Path) -> tuple[tuple[Path, ...], tuple[Temuan, ...]]:
    """Return the workbooks below a folder at any depth, by name, and what is said of the rest.

    Links, pipes and devices are never opened. A file that is not called a workbook is one where its
    content begins like one.
    """
    paths, said = [], []
    for path, error in _semua(folder):
        name = path.relative_to(folder)
        if error:
            # there may be returns in there
            why = f"isi folder ini tidak terlihat ({_sebab(error)})"
            said.append(temuan("B01", Tempat(_nama(name)), sebab=why, cara=_CARA[_TANPA_IZIN]))
            continue
        reason = _alasan(path, name)
        if reason is None:
            paths.append(path)
        elif reason != _DIAM and path.suffix.lower() in _TERKOMPRESI:
            said.append(temuan("B27", Tempat(_nama(name))))
        elif reason != _DIAM:
            said.append(temuan("B06", Tempat(_nama(name)), sebab=reason[0], cara=reason[1]))
    return tuple(sorted(paths)), tuple(said)


def _semua(folder: Path) -> Iterator[tuple[Path, OSError | None]]:
    """Give everything below a folder that is no folder, by name; and the folders that do not open."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as exc:
            yield here, exc
            continue
        below = [Path(entry.path) for entry in entries if _folder_biasa(entry)]
        yield from ((Path(entry.path), None) for entry in entries if not _folder_biasa(entry))
        waiting += reversed(below)


def _folder_biasa(entry: os.DirEntry[str]) -> bool:
    if not entry.is_dir(follow_symlinks=False):
        return False
    if entry.name == FOLDER_SENDIRI:
        return False
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) != _TITIK_SAMBUNG


_DIAM = ("", "")


def _alasan(path: Path, name: PurePath) -> tuple[str, str] | None:
    """Return why a file is not read and what to do; `_DIAM`: not worth a word; None: it is read."""
    known = path.suffix.lower() in _DICOBA
    if path.name == FOLDER_SENDIRI:
        return _DIAM
    if any(part.startswith(".") for part in name.parts):
        return ("tersembunyi", "Bila ini isian IKI, ganti namanya.") if known else _DIAM
    try:
        mode = path.lstat().st_mode
    except OSError:
        # gone meanwhile: reading says so, where it would have been read
        return None if known else _DIAM
    if not stat.S_ISREG(mode):
        if stat.S_ISLNK(mode) or stat.S_ISDIR(mode):
            return "hanya tautan, bukan berkas", "Salin berkas aslinya ke folder ini."
        return "bukan berkas biasa", "Hapus dari folder ini bila tidak diperlukan."
    return _alasan_isi(path, known)


def _alasan_isi(path: Path, known: bool) -> tuple[str, str] | None:
    if path.name.startswith("~$"):
        return "berkas sementara Excel", "Tutup berkas aslinya di Excel."
    if known or _tampak_buku(path):
        return None
    if path.name.lower() in READ_ONLYN_ISIAN:
        return _DIAM
    if path.name.lower() in _BERKAS_SISTEM:
        return _DIAM
    return "bukan buku kerja", "Bila ini isian IKI, simpan sebagai .xlsx."


def _tampak_buku(path: Path) -> bool:
    """Look at a file's ends: a workbook under another name is read all the same."""
    try:
        with os.fdopen(os.open(path, READ_ONLY), "rb") as file:
            head = file.read(len(_AWALAN_ZIP) + 256)
            if head.startswith(AWALAN_OLE):
                return _tampak_xls(head + file.read(BATAS.ukuran))
            if not head.startswith(_AWALAN_ZIP):
                return False
            file.seek(max(0, file.seek(0, os.SEEK_END) - _EKOR_ZIP))
            return _BUKU_ODS in head or _BUKU_ZIP in file.read(_EKOR_ZIP)
    except OSError:
        return False


def _tampak_xls(content: bytes) -> bool:
    try:
        ole = BerkasOle(content)
    except TidakTerbacaError:
        return False
    return "Workbook" in ole or "Book" in ole


def baca_semua(
    paths: Iterable[Path], folder: Path | None, katalog: Katalog, cara: CaraBaca | None = None
) -> tuple[tuple[BerkasTerbaca, ...], tuple[Temuan, ...]]:
    """Read each workbook; of identical bytes the first by name counts.

    Of what is known from earlier runs only the bytes are read. Names are relative to `folder` where given.

    Raises:
        PekerjaError: the program itself is at fault.
    """
    how = cara or CaraBaca()
    forms = {form.jabatan.id: form for form in jabatan_forms(katalog)}
    read: list[BerkasTerbaca] = []
    said: list[Temuan] = []
    seen: dict[str, int] = {}
    ordered = sorted(paths)
    for path, result in zip(ordered, _hasil(ordered, katalog, how), strict=True):
        name = _nama(path.relative_to(folder) if folder else path)
        if result.waktu_berkas and result.sha256 in seen:
            same = read[seen[result.sha256]]
            said.append(temuan("B07", Tempat(name), lain=same.nama))
            read[seen[result.sha256]] = replace(same, waktu_berkas=(*same.waktu_berkas, result.waktu_berkas))
            continue
        if result.catatan is None or result.waktu_berkas is None:
            said.append(temuan("B01", Tempat(name), sebab=result.sebab, cara=_cara(result.sebab)))
            continue
        seen[result.sha256] = len(read)
        book = buka_catatan(result.catatan, name, forms)
        read.append(BerkasTerbaca(name, book, (result.waktu_berkas,), result.sha256, path))
    return tuple(read), tuple(said)


def _hasil(paths: Sequence[Path], katalog: Katalog, how: CaraBaca) -> Iterator[HasilBaca]:
    """Give what each file holds, in order: known records as they are kept, the others read now."""
    known = _yang_dikenal(paths, how)
    unknown = [path for path in paths if path not in known]
    done = len(known)

    def told(count: int, _: int) -> None:
        how.maju(done + count, len(paths))

    new: list[tuple[str, bytes]] = []
    with closing(_baca_baru(unknown, katalog, how, told)) as fresh:
        for path in paths:
            result = known.get(path) or next(fresh)
            if path not in known and result.catatan is not None and how.simpanan:
                new.append((result.sha256, result.catatan))
                if len(new) >= _SIMPAN_SEKALI:
                    how.simpanan.simpan(new)
                    new = []
            yield result
    if new and how.simpanan:
        how.simpanan.simpan(new)


def _yang_dikenal(paths: Sequence[Path], how: CaraBaca) -> dict[Path, HasilBaca]:
    """The files whose very bytes were read before; what cannot be opened is left to whoever reads."""
    if how.simpanan is None or how.simpanan.kosong:
        return {}
    found = _sidik_semua(paths, how.batas)
    records = how.simpanan.ambil({digest for digest, _ in found.values()})
    return {
        path: HasilBaca(records[digest], "", digest, changed)
        for path, (digest, changed) in found.items()
        if digest in records
    }


def _sidik_semua(paths: Sequence[Path], batas: Batas) -> dict[Path, tuple[str, datetime]]:
    """Return digest and time of each file that can be read.

    On a slow drive files wait side by side. A file that takes over `batas.detik` is not waited for, nor
    are those behind it: they are left to the workers, who say so. A thread that hangs ends with the program.
    """
    waiting = SimpleQueue[Path]()
    done = SimpleQueue[tuple[Path, tuple[str, datetime] | None]]()
    for path in paths:
        waiting.put(path)
    for _ in range(min(_UTAS, len(paths))):
        Thread(target=_sidik, args=(waiting, done, batas), daemon=True).start()
    found = {}
    with contextlib.suppress(Empty):
        for _ in paths:
            path, result = done.get(timeout=batas.detik)
            if result is not None:
                found[path] = result
    return found


def _sidik(
    waiting: SimpleQueue[Path], done: SimpleQueue[tuple[Path, tuple[str, datetime] | None]], batas: Batas
) -> None:
    with contextlib.suppress(Empty):
        while True:
            path, result = waiting.get_nowait(), None
            try:
                with contextlib.suppress(TidakTerbacaError, OSError, MemoryError):
                    content, changed = read_whole(path, batas)
                    result = hashlib.sha256(content).hexdigest(), changed
            finally:
                done.put((path, result))


def _baca_baru(
    paths: Sequence[Path], katalog: Katalog, how: CaraBaca, maju: Maju
) -> Generator[HasilBaca, None, None]:
    read = partial(_baca_catatan, katalog=pickle.dumps(katalog), batas=how.batas)
    if how.executor is not None:
        yield from baca_lewat(how.executor, read, paths, maju)
        return
    with closing(baca_terpisah(read, paths, how.batas, how.pekerja, maju)) as results:
        for found in results:
            yield HasilBaca(sebab=found.sebab) if isinstance(found, Gagal) else found


def _cara(why: str) -> str:
    """What to do about a file that was not read."""
    if why.endswith(TEKS_RAKSASA):
        return "Ringkaskan teks itu, simpan, lalu taruh kembali di folder ini."
    return _CARA.get(why, _LAMBAT if TERLAMBAT in why else _SIMPAN_ULANG)


def _nama(path: PurePath) -> str:
    """Return a name that can be written anywhere; on Linux a file's name may be no text at all."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode()


def baca_satu(path: Path, katalog: Katalog, batas: Batas) -> HasilBaca:
    """Read one file, whatever it is called; its bytes are read once.

    Returns: the record of what it holds, or why it cannot be read; the digest and time of its bytes where
        they were read.
    """
    return _baca_catatan(path, pickle.dumps(katalog), batas)


def _baca_catatan(path: Path, katalog: bytes, batas: Batas) -> HasilBaca:
    try:
        content, changed = read_whole(path, batas)
    except TidakTerbacaError as exc:
        return HasilBaca(sebab=str(exc))
    except OSError as exc:
        return HasilBaca(sebab=_sebab(exc))
    digest = hashlib.sha256(content).hexdigest()
    try:
        record = catat(read_workbook(content, path.suffix.lower(), batas), *_katalog(katalog))
    except TidakTerbacaError as exc:
        return HasilBaca(None, str(exc), digest, changed)
    return HasilBaca(record, "", digest, changed)


@lru_cache(maxsize=1)
def _katalog(pickled: bytes) -> tuple[Katalog, dict[str, JabatanForm]]:
    """The catalogue as this program itself handed it to its worker, and its forms: made once a process."""
    katalog: Katalog = pickle.loads(pickled)  # noqa: S301 - from the parent process, never from a file
    return katalog, {form.jabatan.id: form for form in jabatan_forms(katalog)}


def _sebab(error: OSError) -> str:
    """Why the system would not open a file; its own words are English."""
    if isinstance(error, FileNotFoundError):
        return _TIDAK_ADA
    return _TANPA_IZIN if isinstance(error, PermissionError) else "sistem menolak membacanya"
