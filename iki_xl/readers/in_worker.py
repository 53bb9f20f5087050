"""What runs in a worker process: items read one by one, within limits on memory and time, in silence."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from iki_xl.readers.book import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from types import TracebackType

    from iki_xl.readers.book import Limits

_T = TypeVar("_T")
_R = TypeVar("_R")

READY, _RESULT, REFUSED, FAULT = "siap", "hasil", "sebab", "cacat"
OUT_OF_MEMORY = 77
# Beyond the limit the worker ends itself, should the parent be gone that watches it; in processor time.
_GRACE_SECONDS = 10
_GARBAGE_THRESHOLD = 100_000


def find_module(read: Callable[[_T], _R]) -> str:
    """Return the name of the module that a reader stands in, also where arguments are bound to it."""
    inner = read.func if isinstance(read, partial) else read
    return inner.__module__


def run_worker(pipe: Connection, read: Callable[[_T], _R], limits: Limits, folder: str) -> None:
    """Read what comes through the pipe until it closes: lists of items in, (kind of message, content) out.

    The first message is `READY`. The content of a result is a list of (outcome, result or Refusal), one for
    each item; that of a `FAULT` is the traceback of whatever `read` raised but UnreadableError, and ends
    the process. So does an item that needs too much memory, with `OUT_OF_MEMORY` as its exit code.
    """
    with _FaultReporter(pipe):
        _prepare_worker(limits, folder)
        importlib.import_module(find_module(read))
        pipe.send((READY, None))
        while True:
            try:
                items = pipe.recv()
            except (EOFError, OSError):
                return
            results = []
            for item in items:
                _alarm(limits.seconds + _GRACE_SECONDS)
                results.append(_read_item(read, item))
                _alarm(0)
            pipe.send((_RESULT, results))


def _read_item(read: Callable[[_T], _R], item: _T) -> tuple[str, object]:
    try:
        return _RESULT, read(item)
    except UnreadableError as exc:
        return REFUSED, exc.refusal
    except MemoryError:
        # What is left of the memory cannot be trusted: a fresh worker reads on.
        os._exit(OUT_OF_MEMORY)


class _FaultReporter:
    """Whatever else is raised is a fault of the program: the parent hears of it, with the traceback."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if kind is None or exc is None:
            return
        with contextlib.suppress(OSError):
            self._pipe.send((FAULT, "".join(traceback.format_exception(kind, exc, tb))))
        os._exit(1)


def _prepare_worker(limits: Limits, folder: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Reading leaves hardly a cycle behind, and looking for them takes a tenth of the time.
    gc.set_threshold(_GARBAGE_THRESHOLD)
    # What a library prints while it dies would stand between the lines, or inside the JSON, of the program.
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    if folder:
        os.chdir(folder)
    if sys.platform != "win32":
        import resource

        most = limits.memory_mb * 1024 * 1024
        with contextlib.suppress(ValueError, OSError):  # macOS, or a lower limit is in force already
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: int) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)
