"""Reading in processes that may die: a file that kills or hangs its reader costs that file and no other.

A reader is a process of its own with a limit on memory, watched by the clock. It reads a few files at a time;
when it dies over them it is replaced, and each of them is read by itself, so that the one is known.
Threads would share the fate of the process, and cannot be stopped when they hang.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing.connection import wait
from types import ModuleType
from typing import TYPE_CHECKING, Generic, TypeVar

from iki_xl.readers.book import Refusal, RefusalKind, TidakTerbacaError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from concurrent.futures import Executor, Future
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess
    from types import TracebackType
    from typing import Self

    from iki_xl.readers.book import Batas

    Maju = Callable[[int, int], None]

T = TypeVar("T")
R = TypeVar("R")

# Files sent to a worker at a time: fewer cost a message each, with more the last worker would run alone.
_SEKALI = 16
# So many results may wait for an earlier one: more would only fill the memory.
_JENDELA = 512
# A process is worth its start-up only for this many files.
_BERKAS_PER_PEKERJA = 24
_DETIK_SIAP = 60.0
_DETIK_SELESAI = 5.0
# Longest wait at a time. The clock that ends workers counts no more than this for one wait, so that neither a
# program that was stopped (Ctrl-Z) nor a computer that slept makes a file late.
_DETIK_TUNGGU = 0.25
# Beyond the limit the worker ends itself, should the parent be gone that watches it; in processor time.
_DETIK_SENDIRI = 10
_KEHABISAN_MEMORI = 77
_SAMPAH = 100_000


class PekerjaError(Exception):
    """The program itself is at fault: `read` raised what it must not, or no worker can start.

    The message holds the worker's traceback.
    """


@dataclass(frozen=True, slots=True)
class Gagal(Generic[T]):
    """An item that could not be read, and why."""

    item: T
    refusal: Refusal

    @property
    def sebab(self) -> str:
        """Why, in Indonesian, to stand inside a sentence."""
        return self.refusal.reason


@dataclass(slots=True)
class _Pekerja:
    """A worker as the parent sees it: `tugas` are the numbers of the items it has in work.

    `sejak` is when its present work began, `pernah` whether it has finished any.
    """

    proses: BaseProcess
    pipa: Connection
    sejak: float
    tugas: deque[int] = field(default_factory=deque)
    siap: bool = False
    pernah: bool = False


def baca_terpisah(
    read: Callable[[T], R],
    items: Sequence[T],
    batas: Batas,
    pekerja: int | None = None,
    maju: Maju = lambda _done, _total: None,
) -> Generator[R | Gagal[T], None, None]:
    """Give `read(item)`, or a `Gagal`, for each item in order; every call happens in a worker process.

    `read` stands at the top of a module (not of the program's main file) and raises nothing but
    TidakTerbacaError; items are small, such as paths. `batas.detik` is the time for one item,
    `batas.memori_mb` the address space of a worker; the latter only where the system has RLIMIT_AS: on
    Linux, not on Windows, and macOS does not keep to it. `pekerja` is the number of processes, by default
    as many as there are processors, and fewer for few items. `maju(done, total)` hears of each item that is
    done. The workers end with the iterator.

    Raises:
        PekerjaError: `read` raised something else, or a worker does not start.
    """
    if not items:
        return
    wanted = pekerja or min(_prosesor(), -(-len(items) // _BERKAS_PER_PEKERJA))
    with _Regu(read, items, batas, min(wanted, len(items))) as team:
        for number in range(len(items)):
            result = team.hasil(number)
            maju(number + 1, len(items))
            yield result


def baca_lewat(
    executor: Executor, read: Callable[[T], R], items: Sequence[T], maju: Maju = lambda _done, _total: None
) -> Generator[R, None, None]:
    """Give `read(item)` for each item in order, mapped over any Executor in batches.

    Whatever `read` raises, and a worker's death, end it: only `baca_terpisah` keeps the other items apart.
    """
    waiting: deque[Future[list[R]]] = deque()
    starts = iter(range(0, len(items), _SEKALI))
    done = 0
    try:
        while True:
            for start in islice(starts, _JENDELA // _SEKALI - len(waiting)):
                waiting.append(executor.submit(_baca_beberapa, read, items[start : start + _SEKALI]))
            if not waiting:
                return
            for result in waiting.popleft().result():
                done += 1
                maju(done, len(items))
                yield result
    finally:
        for future in waiting:
            future.cancel()


def _baca_beberapa(read: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return [read(item) for item in items]


def _prosesor() -> int:
    """Processors that this process may use; in a container that can be fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Regu(Generic[T, R]):
    """The workers, what they still have to do, and the results that wait for their turn."""

    def __init__(self, read: Callable[[T], R], items: Sequence[T], batas: Batas, count: int) -> None:
        self._read, self._items, self._batas, self._banyak = read, items, batas, count
        self._antre = deque(range(len(items)))
        self._sendiri: set[int] = set()
        self._hasil: dict[int, R | Gagal[T]] = {}
        self._giliran = 0
        self._jam, self._dilihat = 0.0, time.monotonic()
        self._pekerja: dict[Connection, _Pekerja] = {}
        self._konteks = _konteks(_modul(read))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """End every worker, also those in the middle of a file, and collect their remains."""
        with _tanpa_interupsi():
            for worker in self._pekerja.values():
                if (worker.tugas or not worker.siap) and worker.proses.is_alive():
                    worker.proses.kill()
                worker.pipa.close()
            for worker in self._pekerja.values():
                _kubur(worker)
            self._pekerja.clear()

    def hasil(self, number: int) -> R | Gagal[T]:
        """Return the result of one item; the items are asked for in order."""
        self._giliran = number
        self._bagikan()
        while number not in self._hasil:
            self._dengarkan()
            self._bagikan()
        return self._hasil.pop(number)

    def _bagikan(self) -> None:
        """Give work to whoever has none; start a worker where that is not enough."""
        for worker in self._pekerja.values():
            self._beri_tugas(worker)
        idle = sum(not w.tugas for w in self._pekerja.values())
        while len(self._pekerja) < self._banyak and len(self._antre) > idle:
            self._rekrut()
            idle += 1

    def _rekrut(self) -> None:
        ours, theirs = self._konteks.Pipe()
        process = self._konteks.Process(  # type: ignore[attr-defined]  # every context has it; the base lacks it
            target=_bekerja, args=(theirs, self._read, self._batas, _folder_kini()), daemon=True
        )
        _mulai_pelacak()
        with _tanpa_berkas_utama(), _tanpa_interupsi():
            process.start()
        theirs.close()
        self._pekerja[ours] = _Pekerja(process, ours, self._jam)

    def _dengarkan(self) -> None:
        """Hear every worker that has something to say, then end those that are over their time."""
        waiting = [self._tenggat(w) for w in self._pekerja.values()]
        ready = wait(list(self._pekerja), max(0.0, min(_DETIK_TUNGGU, min(waiting) - self._jam)))
        now = time.monotonic()
        self._jam += min(now - self._dilihat, _DETIK_TUNGGU)
        self._dilihat = now
        for pipe in ready:
            worker = self._pekerja[pipe]  # type: ignore[index]  # wait gives back what it was given
            try:
                kind, content = worker.pipa.recv()
            except (EOFError, OSError):
                self._meninggal(worker)
            else:
                self._terima(worker, kind, content)
        for worker in [w for w in self._pekerja.values() if w.pipa not in ready]:
            if self._jam >= self._tenggat(worker):
                self._terlambat(worker)

    def _tenggat(self, worker: _Pekerja) -> float:
        if not worker.siap:
            return worker.sejak + _DETIK_SIAP
        return worker.sejak + self._batas.detik if worker.tugas else float("inf")

    def _beri_tugas(self, worker: _Pekerja) -> None:
        if not worker.siap or worker.tugas:
            return
        share = max(1, min(_SEKALI, len(self._antre) // (2 * self._banyak)))
        while self._antre and len(worker.tugas) < share and self._antre[0] < self._giliran + _JENDELA:
            alone = self._antre[0] in self._sendiri
            if alone and worker.tugas:
                break
            worker.tugas.append(self._antre.popleft())
            if alone:
                break
        if worker.tugas:
            worker.sejak = self._jam
            with contextlib.suppress(OSError):  # a worker that is gone is noticed by its closed pipe
                worker.pipa.send([self._items[n] for n in worker.tugas])

    def _terima(self, worker: _Pekerja, kind: str, content: object) -> None:
        worker.sejak = self._jam
        if kind == _SIAP:
            worker.siap = True
        elif kind == _CACAT:
            raise PekerjaError(f"Pembaca berkas berhenti karena kesalahan program:\n{content}")
        else:
            worker.pernah = True
            for outcome, result in content:  # type: ignore[attr-defined]  # what _bekerja sends
                number = worker.tugas.popleft()
                failed = outcome == _SEBAB
                self._hasil[number] = Gagal(self._items[number], result) if failed else result

    def _meninggal(self, worker: _Pekerja) -> None:
        code = self._lepas(worker)
        if not worker.siap:
            raise PekerjaError(f"Proses pembaca berkas tidak dapat dijalankan (kode {code}).")
        if worker.tugas and worker.pernah:
            # It may have died of what earlier files left behind: each is read once more, by itself, until a
            # worker dies over it that has read nothing else.
            self._kembalikan(worker)
            return
        self._relakan(
            worker,
            _over(f"isinya memerlukan memori lebih dari {self._batas.memori_mb} MB", "memori_mb")
            if code == _KEHABISAN_MEMORI
            else Refusal("isinya membuat program pembacanya terhenti", RefusalKind.CRASH),
        )

    def _terlambat(self, worker: _Pekerja) -> None:
        if worker.proses.is_alive():
            worker.proses.kill()
        self._lepas(worker)
        if not worker.siap:
            raise PekerjaError(f"Proses pembaca berkas belum siap setelah {_DETIK_SIAP:.0f} detik.")
        self._relakan(worker, _over(f"tidak selesai dibaca dalam {self._batas.detik} detik", "detik"))

    def _lepas(self, worker: _Pekerja) -> int | None:
        del self._pekerja[worker.pipa]
        return _kubur(worker)

    def _relakan(self, worker: _Pekerja, why: Refusal) -> None:
        """Give up the item that was in work; of a batch nobody knows which one: each is read by itself."""
        if len(worker.tugas) == 1:
            number = worker.tugas.popleft()
            self._hasil[number] = Gagal(self._items[number], why)
        self._kembalikan(worker)

    def _kembalikan(self, worker: _Pekerja) -> None:
        self._sendiri.update(worker.tugas)
        self._antre.extendleft(reversed(worker.tugas))
        worker.tugas.clear()


def _over(reason: str, limit: str) -> Refusal:
    return Refusal(reason, RefusalKind.LIMIT, limit)


def _kubur(worker: _Pekerja) -> int | None:
    """Collect a process that ended or was told to, so that no zombie is left; return its exit code."""
    worker.pipa.close()
    worker.proses.join(_DETIK_SELESAI)
    if worker.proses.is_alive():
        worker.proses.kill()
        worker.proses.join(_DETIK_SELESAI)
    return worker.proses.exitcode


def _modul(read: Callable[[T], R]) -> str:
    inner = read.func if isinstance(read, partial) else read
    return inner.__module__


def _konteks(module: str) -> BaseContext:
    """Where processes come from: a clean server that has imported the reader, where the system has that.

    Nothing of this process (threads, locks, open files) is inherited, and a worker that died is replaced in
    milliseconds. Windows starts a new Python for each.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, module])
    return context


def _mulai_pelacak() -> None:
    """Start multiprocessing's tracker by itself: it lets Ctrl-C through again where that was held back."""
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


def _folder_kini() -> str:
    """Relative paths mean the same in a worker; a folder that was deleted meanwhile means nothing."""
    try:
        return os.getcwd()  # noqa: PTH109 - a text is what the worker needs
    except OSError:
        return ""


@contextlib.contextmanager
def _tanpa_berkas_utama() -> Iterator[None]:
    """Hide the program's main file, which every worker would otherwise run again before it starts."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _tanpa_interupsi() -> Iterator[None]:
    """Ctrl-C goes to every process of the terminal: a worker that is just starting must not hear it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# In the worker.

_SIAP, _HASIL, _SEBAB, _CACAT = "siap", "hasil", "sebab", "cacat"


def _bekerja(pipe: Connection, read: Callable[[T], R], batas: Batas, folder: str) -> None:
    """Read what comes through the pipe until it closes."""
    with _Laporkan(pipe):
        _siapkan(batas, folder)
        importlib.import_module(_modul(read))
        pipe.send((_SIAP, None))
        while True:
            try:
                items = pipe.recv()
            except (EOFError, OSError):
                return
            results = []
            for item in items:
                _alarm(batas.detik + _DETIK_SENDIRI)
                results.append(_baca(read, item))
                _alarm(0)
            pipe.send((_HASIL, results))


def _baca(read: Callable[[T], R], item: T) -> tuple[str, object]:
    try:
        return _HASIL, read(item)
    except TidakTerbacaError as exc:
        return _SEBAB, exc.refusal
    except MemoryError:
        # What is left of the memory cannot be trusted: a fresh worker reads on.
        os._exit(_KEHABISAN_MEMORI)


class _Laporkan:
    """Whatever else is raised is a fault of the program: the parent hears of it, with the traceback."""

    def __init__(self, pipe: Connection) -> None:
        self._pipa = pipe

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if kind is None or exc is None:
            return
        with contextlib.suppress(OSError):
            self._pipa.send((_CACAT, "".join(traceback.format_exception(kind, exc, tb))))
        os._exit(1)


def _siapkan(batas: Batas, folder: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Reading leaves hardly a cycle behind, and looking for them takes a tenth of the time.
    gc.set_threshold(_SAMPAH)
    # What a library prints while it dies would stand between the lines, or inside the JSON, of the program.
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    if folder:
        os.chdir(folder)
    if sys.platform != "win32":
        import resource

        most = batas.memori_mb * 1024 * 1024
        with contextlib.suppress(ValueError, OSError):  # macOS, or a lower limit is in force already
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: int) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)
