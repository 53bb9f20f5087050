"""Reading returned workbooks, each once; a file that cannot be read is one finding."""

from __future__ import annotations

import contextlib
import hashlib
import pickle
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from iki_xl.collect.advice import advice
from iki_xl.collect.finder import shown, unopened
from iki_xl.collect.outcome import HasilBaca, age_of, settle
from iki_xl.collect.record import BukuIsian, buka_catatan, catat
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.form.jabatan import JabatanForm, jabatan_forms
from iki_xl.readers.book import Batas, Refusal, RefusalKind, TidakTerbacaError
from iki_xl.readers.disk import read_whole, refusal_of, saved_at
from iki_xl.readers.glance import Sort, glance
from iki_xl.readers.package import PREFIXES_ZIP
from iki_xl.readers.workbook import read_workbook
from iki_xl.readers.workers import Gagal, baca_lewat, baca_terpisah

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from concurrent.futures import Executor
    from datetime import datetime

    from iki_xl.catalog import Katalog

    Maju = Callable[[int, int], None]

BATAS = Batas()
_UTAS = 4
# New records that are kept at a time: a run that is stopped loses no more.
_SIMPAN_SEKALI = 500
# What stands in the way of these is not what they hold.
_NOT_FOR_ITS_CONTENT = {
    RefusalKind.NOT_A_FILE,
    RefusalKind.MISSING,
    RefusalKind.DENIED,
    RefusalKind.HELD,
    RefusalKind.REFUSED,
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


def _right() -> float:
    """A drive whose clock is this computer's."""
    return 0.0


@dataclass(frozen=True, slots=True)
class CaraBaca:
    """How to read: within which limits, where, with what kept from earlier runs.

    `pekerja` is the number of processes (None: as many as there are processors, fewer for few files). With an
    `executor` reading maps over that one instead, in batches; it then has to bear what hostile files do.
    `maju(done, total)` hears of each file that is done. `clock` gives the seconds by which the clock of the
    files' drive is ahead of this computer's, as far as that can be known.
    """

    batas: Batas = BATAS
    pekerja: int | None = None
    executor: Executor | None = None
    simpanan: Simpanan | None = None
    maju: Maju = _diam
    clock: Callable[[], float] = _right


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
    ordered = sorted(set(paths))
    for path, result in zip(ordered, _settled(ordered, katalog, how), strict=True):
        name = shown(path.relative_to(folder) if folder else path)
        if result.waktu_berkas and result.sha256 in seen:
            same = read[seen[result.sha256]]
            said.append(temuan("B07", Tempat(name), lain=same.nama))
            read[seen[result.sha256]] = replace(same, waktu_berkas=(*same.waktu_berkas, result.waktu_berkas))
            continue
        if result.refusal is not None:
            said.append(_unread(path, name, result.refusal, how.batas))
            continue
        assert result.catatan is not None
        assert result.waktu_berkas is not None
        seen[result.sha256] = len(read)
        book = buka_catatan(result.catatan, name, forms)
        read.append(BerkasTerbaca(name, book, (result.waktu_berkas,), result.sha256, path))
    return tuple(read), tuple(said)


def _unread(path: Path, name: str, refusal: Refusal, batas: Batas) -> Temuan:
    """What to say of a file that was not read; it may be no workbook, but hold some."""
    if refusal.kind is RefusalKind.CHANGED:
        return temuan("B35", Tempat(name), cara=advice(refusal, batas))
    if refusal.kind not in _NOT_FOR_ITS_CONTENT:
        found = glance(path)
        if found.container and found.sort is Sort.CONTAINER and found.certain:
            return unopened(found.container, name)
    return temuan("B01", Tempat(name), sebab=refusal.reason, cara=advice(refusal, batas))


def _settled(paths: Sequence[Path], katalog: Katalog, how: CaraBaca) -> Iterator[HasilBaca]:
    """Give what each file holds, in order, none of it half of an old and half of a new one."""
    results = dict(zip(paths, _hasil(paths, katalog, how), strict=True))
    quiet = replace(how, maju=_diam)

    def read(some: Sequence[Path]) -> Iterator[HasilBaca]:
        return _hasil(some, katalog, quiet)

    later = settle(results, read, lambda some: _sidik_semua(some, how.batas), how.clock)
    for path in paths:
        # let go of as they are taken: thousands of records need not be there twice
        result = results.pop(path)
        yield later.get(path, result)


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
    records = how.simpanan.ambil({seen.sha256 for seen in found.values()})
    return {
        path: replace(seen, catatan=records[seen.sha256])
        for path, seen in found.items()
        if seen.sha256 in records
    }


def _sidik_semua(paths: Sequence[Path], batas: Batas) -> dict[Path, HasilBaca]:
    """Return digest and time of each file that can be read; no record.

    On a slow drive files wait side by side. A file that takes over `batas.detik` is not waited for, nor
    are those behind it: they are left to the workers, who say so. A thread that hangs ends with the program.
    """
    waiting = SimpleQueue[Path]()
    done = SimpleQueue[tuple[Path, HasilBaca | None]]()
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
    waiting: SimpleQueue[Path], done: SimpleQueue[tuple[Path, HasilBaca | None]], batas: Batas
) -> None:
    with contextlib.suppress(Empty):
        while True:
            path, result = waiting.get_nowait(), None
            try:
                with contextlib.suppress(TidakTerbacaError, OSError, MemoryError):
                    result = _seen(*read_whole(path, batas))
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
            yield _lost(found) if isinstance(found, Gagal) else found


def _lost(item: Gagal[Path]) -> HasilBaca:
    """A file whose reader died or was late: nothing is known but what the disk says."""
    saved = saved_at(item.item)
    return HasilBaca(refusal=item.refusal, age=age_of(saved) if saved else None)


def _seen(content: bytes, saved: datetime) -> HasilBaca:
    """A file's bytes as a result that has no record yet."""
    digest = hashlib.sha256(content).hexdigest()
    return HasilBaca(None, None, digest, saved, age_of(saved), content.startswith(PREFIXES_ZIP))


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
        return HasilBaca(refusal=exc.refusal)
    except OSError as exc:
        return HasilBaca(refusal=refusal_of(exc))
    seen = _seen(content, changed)
    try:
        record = catat(read_workbook(content, path.suffix.lower(), batas), *_katalog(katalog))
    except TidakTerbacaError as exc:
        return replace(seen, refusal=exc.refusal)
    return replace(seen, catatan=record)


@lru_cache(maxsize=1)
def _katalog(pickled: bytes) -> tuple[Katalog, dict[str, JabatanForm]]:
    """The catalogue as this program itself handed it to its worker, and its forms: made once a process."""
    katalog: Katalog = pickle.loads(pickled)  # noqa: S301 - from the parent process, never from a file
    return katalog, {form.jabatan.id: form for form in jabatan_forms(katalog)}
