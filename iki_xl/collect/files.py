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
from iki_xl.collect.outcome import ReadResult, age_of, settle
from iki_xl.collect.record import CastBook, make_record, open_record
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.form.jabatan import JabatanForm, jabatan_forms
from iki_xl.readers.book import Limits, Refusal, RefusalKind, UnreadableError
from iki_xl.readers.disk import read_whole, refusal_of, saved_at
from iki_xl.readers.glance import Sort, glance
from iki_xl.readers.package import PREFIXES_ZIP
from iki_xl.readers.workbook import read_workbook
from iki_xl.readers.workers import Failure, read_in_workers, read_with_executor

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from concurrent.futures import Executor
    from datetime import datetime

    from iki_xl.catalog import Katalog

    Progress = Callable[[int, int], None]

LIMITS = Limits()
_THREADS = 4
# New records that are kept at a time: a run that is stopped loses no more.
_STORE_BATCH = 500
# What stands in the way of these is not what they hold.
_NOT_FOR_ITS_CONTENT = {
    RefusalKind.NOT_A_FILE,
    RefusalKind.MISSING,
    RefusalKind.DENIED,
    RefusalKind.HELD,
    RefusalKind.REFUSED,
}


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A returned workbook: its name as findings call it, and what it holds.

    `file_time` are the times (UTC, naive) of all files that hold these very bytes, its own first.
    `sha256` stands for its bytes, `origin` is where they lay.
    """

    nama: str
    content: CastBook
    file_time: tuple[datetime, ...]
    sha256: str = ""
    origin: Path = Path()


class RecordStore(Protocol):
    """Where records are kept by the digest of the bytes they were read from."""

    @property
    def is_blank(self) -> bool:
        """True when no record is known."""

    def fetch(self, sha256s: Iterable[str]) -> dict[str, bytes]:
        """Return the records that are known."""

    def store(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Keep new records."""


def _ignore_reading_progress(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _right() -> float:
    """A drive whose clock is this computer's."""
    return 0.0


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How to read: within which limits, where, with what kept from earlier runs.

    `workers` is the number of processes (None: as many as there are processors, fewer for few files). With an
    `executor` reading maps over that one instead, in batches; it then has to bear what hostile files do.
    `progress(done, total)` hears of each file that is done. `clock` gives the seconds by which the clock of
    the files' drive is ahead of this computer's, as far as that can be known.
    """

    limits: Limits = LIMITS
    workers: int | None = None
    executor: Executor | None = None
    record_store: RecordStore | None = None
    progress: Progress = _ignore_reading_progress
    clock: Callable[[], float] = _right


def read_all_files(
    paths: Iterable[Path], folder: Path | None, katalog: Katalog, cara: ReadingOptions | None = None
) -> tuple[tuple[ReadFile, ...], tuple[Temuan, ...]]:
    """Read each workbook; of identical bytes the first by name counts.

    Of what is known from earlier runs only the bytes are read. Names are relative to `folder` where given.

    Raises:
        WorkerError: the program itself is at fault.
    """
    how = cara or ReadingOptions()
    forms = {form.jabatan.id: form for form in jabatan_forms(katalog)}
    read: list[ReadFile] = []
    said: list[Temuan] = []
    seen: dict[str, int] = {}
    ordered = sorted(set(paths))
    for path, result in zip(ordered, _settled(ordered, katalog, how), strict=True):
        name = shown(path.relative_to(folder) if folder else path)
        if result.file_time and result.sha256 in seen:
            same = read[seen[result.sha256]]
            said.append(temuan("B07", Place(name), lain=same.nama))
            read[seen[result.sha256]] = replace(same, file_time=(*same.file_time, result.file_time))
            continue
        if result.refusal is not None:
            said.append(_unread(path, name, result.refusal, how.limits))
            continue
        assert result.record is not None
        assert result.file_time is not None
        seen[result.sha256] = len(read)
        book = open_record(result.record, name, forms)
        read.append(ReadFile(name, book, (result.file_time,), result.sha256, path))
    return tuple(read), tuple(said)


def _unread(path: Path, name: str, refusal: Refusal, limits: Limits) -> Temuan:
    """What to say of a file that was not read; it may be no workbook, but hold some."""
    if refusal.kind is RefusalKind.CHANGED:
        return temuan("B35", Place(name), cara=advice(refusal, limits))
    if refusal.kind not in _NOT_FOR_ITS_CONTENT:
        found = glance(path)
        if found.container and found.sort is Sort.CONTAINER and found.certain:
            return unopened(found.container, name)
    return temuan("B01", Place(name), sebab=refusal.reason, cara=advice(refusal, limits))


def _settled(paths: Sequence[Path], katalog: Katalog, how: ReadingOptions) -> Iterator[ReadResult]:
    """Give what each file holds, in order, none of it half of an old and half of a new one."""
    results = dict(zip(paths, _give_read_results(paths, katalog, how), strict=True))
    quiet = replace(how, progress=_ignore_reading_progress)

    def read(some: Sequence[Path]) -> Iterator[ReadResult]:
        return _give_read_results(some, katalog, quiet)

    later = settle(results, read, lambda some: _digest_files(some, how.limits), how.clock)
    for path in paths:
        # let go of as they are taken: thousands of records need not be there twice
        result = results.pop(path)
        yield later.get(path, result)


def _give_read_results(paths: Sequence[Path], katalog: Katalog, how: ReadingOptions) -> Iterator[ReadResult]:
    """Give what each file holds, in order: known records as they are kept, the others read now."""
    known = _find_known_records(paths, how)
    unknown = [path for path in paths if path not in known]
    done = len(known)

    def told(count: int, _: int) -> None:
        how.progress(done + count, len(paths))

    new: list[tuple[str, bytes]] = []
    with closing(_read_new_files(unknown, katalog, how, told)) as fresh:
        for path in paths:
            result = known.get(path) or next(fresh)
            if path not in known and result.record is not None and how.record_store:
                new.append((result.sha256, result.record))
                if len(new) >= _STORE_BATCH:
                    how.record_store.store(new)
                    new = []
            yield result
    if new and how.record_store:
        how.record_store.store(new)


def _find_known_records(paths: Sequence[Path], how: ReadingOptions) -> dict[Path, ReadResult]:
    """The files whose very bytes were read before; what cannot be opened is left to whoever reads."""
    if how.record_store is None or how.record_store.is_blank:
        return {}
    found = _digest_files(paths, how.limits)
    records = how.record_store.fetch({seen.sha256 for seen in found.values()})
    return {
        path: replace(seen, record=records[seen.sha256])
        for path, seen in found.items()
        if seen.sha256 in records
    }


def _digest_files(paths: Sequence[Path], limits: Limits) -> dict[Path, ReadResult]:
    """Return digest and time of each file that can be read; no record.

    On a slow drive files wait side by side. A file that takes over `limits.seconds` is not waited for, nor
    are those behind it: they are left to the workers, who say so. A thread that hangs ends with the program.
    """
    waiting = SimpleQueue[Path]()
    done = SimpleQueue[tuple[Path, ReadResult | None]]()
    for path in paths:
        waiting.put(path)
    for _ in range(min(_THREADS, len(paths))):
        Thread(target=_digest_waiting_files, args=(waiting, done, limits), daemon=True).start()
    found = {}
    with contextlib.suppress(Empty):
        for _ in paths:
            path, result = done.get(timeout=limits.seconds)
            if result is not None:
                found[path] = result
    return found


def _digest_waiting_files(
    waiting: SimpleQueue[Path], done: SimpleQueue[tuple[Path, ReadResult | None]], limits: Limits
) -> None:
    with contextlib.suppress(Empty):
        while True:
            path, result = waiting.get_nowait(), None
            try:
                with contextlib.suppress(UnreadableError, OSError, MemoryError):
                    result = _seen(*read_whole(path, limits))
            finally:
                done.put((path, result))


def _read_new_files(
    paths: Sequence[Path], katalog: Katalog, how: ReadingOptions, progress: Progress
) -> Generator[ReadResult, None, None]:
    read = partial(read_one_file, katalog=pickle.dumps(katalog), limits=how.limits)
    if how.executor is not None:
        yield from read_with_executor(how.executor, read, paths, progress)
        return
    with closing(read_in_workers(read, paths, how.limits, how.workers, progress)) as results:
        for found in results:
            yield _lost(found) if isinstance(found, Failure) else found


def _lost(item: Failure[Path]) -> ReadResult:
    """A file whose reader died or was late: nothing is known but what the disk says."""
    saved = saved_at(item.item)
    return ReadResult(refusal=item.refusal, age=age_of(saved) if saved else None)


def _seen(content: bytes, saved: datetime) -> ReadResult:
    """A file's bytes as a result that has no record yet."""
    digest = hashlib.sha256(content).hexdigest()
    return ReadResult(None, None, digest, saved, age_of(saved), content.startswith(PREFIXES_ZIP))


def read_one_file(path: Path, katalog: bytes, limits: Limits) -> ReadResult:
    """Read one file, whatever it is called, by a pickled catalogue; its bytes are read once.

    Returns: the record of what it holds, or why it cannot be read; the digest and time of its bytes where
        they were read.
    """
    try:
        content, changed = read_whole(path, limits)
    except UnreadableError as exc:
        return ReadResult(refusal=exc.refusal)
    except OSError as exc:
        return ReadResult(refusal=refusal_of(exc))
    seen = _seen(content, changed)
    try:
        record = make_record(read_workbook(content, path.suffix.lower(), limits), *_unpickle_katalog(katalog))
    except UnreadableError as exc:
        return replace(seen, refusal=exc.refusal)
    return replace(seen, record=record)


@lru_cache(maxsize=1)
def _unpickle_katalog(pickled: bytes) -> tuple[Katalog, dict[str, JabatanForm]]:
    """The catalogue as this program itself handed it to its worker, and its forms: made once a process."""
    katalog: Katalog = pickle.loads(pickled)  # noqa: S301 - from the parent process, never from a file
    return katalog, {form.jabatan.id: form for form in jabatan_forms(katalog)}
