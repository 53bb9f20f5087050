"""Reading in processes that may die: a file that kills or hangs its reader costs that file and no other.

A reader is a process of its own with a limit on memory, watched by the clock. It reads a few files at a time;
when it dies over them it is replaced, and each of them is read by itself, so that the one is known.
Threads would share the fate of the process, and cannot be stopped when they hang.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from types import ModuleType
from typing import TYPE_CHECKING, Generic, TypeVar

from iki_xl.readers.book import Refusal, RefusalKind
from iki_xl.readers.in_worker import FAULT, OUT_OF_MEMORY, READY, REFUSED, find_module, run_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from concurrent.futures import Executor, Future
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess
    from typing import Self

    from iki_xl.readers.book import Limits

    Progress = Callable[[int, int], None]

T = TypeVar("T")
R = TypeVar("R")

# Files sent to a worker at a time: fewer cost a message each, with more the last worker would run alone.
_BATCH = 16
# So many results may wait for an earlier one: more would only fill the memory.
_WINDOW = 512
# A process is worth its start-up only for this many files.
_FILES_PER_WORKER = 24
_READY_SECONDS = 60.0
_END_SECONDS = 5.0
# Longest wait at a time. The clock that ends workers counts no more than this for one wait, so that neither a
# program that was stopped (Ctrl-Z) nor a computer that slept makes a file late.
_WAIT_SECONDS = 0.25


class WorkerError(Exception):
    """The program itself is at fault: `read` raised what it must not, or no worker can start.

    The message holds the worker's traceback.
    """


@dataclass(frozen=True, slots=True)
class Failure(Generic[T]):
    """An item that could not be read, and why."""

    item: T
    refusal: Refusal

    @property
    def reason(self) -> str:
        """Why, in Indonesian, to stand inside a sentence."""
        return self.refusal.reason


@dataclass(slots=True)
class _Worker:
    """A worker as the parent sees it: `work` are the numbers of the items it has in work.

    `since` is when its present work began, `has_finished_any` whether it has finished any.
    """

    process: BaseProcess
    pipe: Connection
    since: float
    work: deque[int] = field(default_factory=deque)
    ready: bool = False
    has_finished_any: bool = False


def read_in_workers(
    read: Callable[[T], R],
    items: Sequence[T],
    limits: Limits,
    workers: int | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Generator[R | Failure[T], None, None]:
    """Give `read(item)`, or a `Failure`, for each item in order; every call happens in a worker process.

    `read` stands at the top of a module (not of the program's main file) and raises nothing but
    UnreadableError; items are small, such as paths. `limits.seconds` is the time for one item,
    `limits.memory_mb` the address space of a worker; the latter only where the system has RLIMIT_AS: on
    Linux, not on Windows, and macOS does not keep to it. `workers` is the number of processes, by default
    as many as there are processors, and fewer for few items. `progress(done, total)` hears of each item that
    is done. The workers end with the iterator.

    Raises:
        WorkerError: `read` raised something else, or a worker does not start.
    """
    if not items:
        return
    wanted = workers or min(_count_processors(), -(-len(items) // _FILES_PER_WORKER))
    with _WorkerTeam(read, items, limits, min(wanted, len(items))) as team:
        for number in range(len(items)):
            result = team.take_result(number)
            progress(number + 1, len(items))
            yield result


def read_with_executor(
    executor: Executor,
    read: Callable[[T], R],
    items: Sequence[T],
    progress: Progress = lambda _done, _total: None,
) -> Generator[R, None, None]:
    """Give `read(item)` for each item in order, mapped over any Executor in batches.

    Whatever `read` raises, and a worker's death, end it: only `read_in_workers` keeps the other items apart.
    """
    waiting: deque[Future[list[R]]] = deque()
    starts = iter(range(0, len(items), _BATCH))
    done = 0
    try:
        while True:
            for start in islice(starts, _WINDOW // _BATCH - len(waiting)):
                waiting.append(executor.submit(_read_batch, read, items[start : start + _BATCH]))
            if not waiting:
                return
            for result in waiting.popleft().result():
                done += 1
                progress(done, len(items))
                yield result
    finally:
        for future in waiting:
            future.cancel()


def _read_batch(read: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return [read(item) for item in items]


def _count_processors() -> int:
    """Processors that this process may use; in a container that can be fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _WorkerTeam(Generic[T, R]):
    """The workers, what they still have to do, and the results that wait for their turn."""

    def __init__(self, read: Callable[[T], R], items: Sequence[T], limits: Limits, count: int) -> None:
        self._read, self._items, self._limits, self._most_workers = read, items, limits, count
        self._queue = deque(range(len(items)))
        self._alone: set[int] = set()
        self._results: dict[int, R | Failure[T]] = {}
        self._turn = 0
        self._clock, self._last_look = 0.0, time.monotonic()
        self._workers: dict[Connection, _Worker] = {}
        self._process_context = _process_context(find_module(read))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """End every worker, also those in the middle of a file, and collect their remains."""
        with _hold_interrupts():
            for worker in self._workers.values():
                if (worker.work or not worker.ready) and worker.process.is_alive():
                    worker.process.kill()
                worker.pipe.close()
            for worker in self._workers.values():
                _collect_process(worker)
            self._workers.clear()

    def take_result(self, number: int) -> R | Failure[T]:
        """Return the result of one item; the items are asked for in order."""
        self._turn = number
        self._hand_out_work()
        while number not in self._results:
            self._listen()
            self._hand_out_work()
        return self._results.pop(number)

    def _hand_out_work(self) -> None:
        """Give work to whoever has none; start a worker where that is not enough."""
        for worker in self._workers.values():
            self._give_work(worker)
        idle = sum(not w.work for w in self._workers.values())
        while len(self._workers) < self._most_workers and len(self._queue) > idle:
            self._start_worker()
            idle += 1

    def _start_worker(self) -> None:
        ours, theirs = self._process_context.Pipe()
        process = self._process_context.Process(  # type: ignore[attr-defined]  # every context has it; the base lacks it
            target=run_worker, args=(theirs, self._read, self._limits, _find_current_folder()), daemon=True
        )
        _start_tracker()
        with _hide_main_file(), _hold_interrupts():
            process.start()
        theirs.close()
        self._workers[ours] = _Worker(process, ours, self._clock)

    def _listen(self) -> None:
        """Hear every worker that has something to say, then end those that are over their time."""
        waiting = [self._compute_deadline(w) for w in self._workers.values()]
        ready = wait(list(self._workers), max(0.0, min(_WAIT_SECONDS, min(waiting) - self._clock)))
        now = time.monotonic()
        self._clock += min(now - self._last_look, _WAIT_SECONDS)
        self._last_look = now
        for pipe in ready:
            worker = self._workers[pipe]  # type: ignore[index]  # wait gives back what it was given
            try:
                kind, content = worker.pipe.recv()
            except (EOFError, OSError):
                self._handle_death(worker)
            else:
                self._take_message(worker, kind, content)
        for worker in [w for w in self._workers.values() if w.pipe not in ready]:
            if self._clock >= self._compute_deadline(worker):
                self._end_late_worker(worker)

    def _compute_deadline(self, worker: _Worker) -> float:
        if not worker.ready:
            return worker.since + _READY_SECONDS
        return worker.since + self._limits.seconds if worker.work else float("inf")

    def _give_work(self, worker: _Worker) -> None:
        if not worker.ready or worker.work:
            return
        share = max(1, min(_BATCH, len(self._queue) // (2 * self._most_workers)))
        while self._queue and len(worker.work) < share and self._queue[0] < self._turn + _WINDOW:
            alone = self._queue[0] in self._alone
            if alone and worker.work:
                break
            worker.work.append(self._queue.popleft())
            if alone:
                break
        if worker.work:
            worker.since = self._clock
            with contextlib.suppress(OSError):  # a worker that is gone is noticed by its closed pipe
                worker.pipe.send([self._items[n] for n in worker.work])

    def _take_message(self, worker: _Worker, kind: str, content: object) -> None:
        worker.since = self._clock
        if kind == READY:
            worker.ready = True
        elif kind == FAULT:
            raise WorkerError(f"Pembaca berkas berhenti karena kesalahan program:\n{content}")
        else:
            worker.has_finished_any = True
            for outcome, result in content:  # type: ignore[attr-defined]  # what run_worker sends
                number = worker.work.popleft()
                failed = outcome == REFUSED
                self._results[number] = Failure(self._items[number], result) if failed else result

    def _handle_death(self, worker: _Worker) -> None:
        code = self._release(worker)
        if not worker.ready:
            raise WorkerError(f"Proses pembaca berkas tidak dapat dijalankan (kode {code}).")
        if worker.work and worker.has_finished_any:
            # It may have died of what earlier files left behind: each is read once more, by itself, until a
            # worker dies over it that has read nothing else.
            self._requeue(worker)
            return
        self._give_up_item(
            worker,
            _over(f"isinya memerlukan memori lebih dari {self._limits.memory_mb} MB", "memory_mb")
            if code == OUT_OF_MEMORY
            else Refusal("isinya membuat program pembacanya terhenti", RefusalKind.CRASH),
        )

    def _end_late_worker(self, worker: _Worker) -> None:
        if worker.process.is_alive():
            worker.process.kill()
        self._release(worker)
        if not worker.ready:
            raise WorkerError(f"Proses pembaca berkas belum siap setelah {_READY_SECONDS:.0f} detik.")
        self._give_up_item(
            worker, _over(f"tidak selesai dibaca dalam {self._limits.seconds} detik", "seconds")
        )

    def _release(self, worker: _Worker) -> int | None:
        del self._workers[worker.pipe]
        return _collect_process(worker)

    def _give_up_item(self, worker: _Worker, why: Refusal) -> None:
        """Give up the item that was in work; of a batch nobody knows which one: each is read by itself."""
        if len(worker.work) == 1:
            number = worker.work.popleft()
            self._results[number] = Failure(self._items[number], why)
        self._requeue(worker)

    def _requeue(self, worker: _Worker) -> None:
        self._alone.update(worker.work)
        self._queue.extendleft(reversed(worker.work))
        worker.work.clear()


def _over(reason: str, limit: str) -> Refusal:
    return Refusal(reason, RefusalKind.LIMIT, limit)


def _collect_process(worker: _Worker) -> int | None:
    """Collect a process that ended or was told to, so that no zombie is left; return its exit code."""
    worker.pipe.close()
    worker.process.join(_END_SECONDS)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join(_END_SECONDS)
    return worker.process.exitcode


def _process_context(module: str) -> BaseContext:
    """Where processes come from: a clean server that has imported the reader, where the system has that.

    Nothing of this process (threads, locks, open files) is inherited, and a worker that died is replaced in
    milliseconds. Windows starts a new Python for each.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([run_worker.__module__, module])
    return context


def _start_tracker() -> None:
    """Start multiprocessing's tracker by itself: it lets Ctrl-C through again where that was held back."""
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


def _find_current_folder() -> str:
    """Relative paths mean the same in a worker; a folder that was deleted meanwhile means nothing."""
    try:
        return os.getcwd()  # noqa: PTH109 - a text is what the worker needs
    except OSError:
        return ""


@contextlib.contextmanager
def _hide_main_file() -> Iterator[None]:
    """Hide the program's main file, which every worker would otherwise run again before it starts."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Ctrl-C goes to every process of the terminal: a worker that is just starting must not hear it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
