"""One file after reading; and the files that somebody was still writing then, read again once they rest.

A file that was changed within the last two seconds is read at once like any other. What was read stands, if
its format proves that the bytes belong together (a zip has a checksum over each part, and its list of parts
comes last). Only what could be half of a file is looked at again when it is two seconds old: all such files
together, so that a folder that was just filled waits once, or not at all.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from iki_xl.readers.book import Refusal, RefusalKind
from iki_xl.readers.disk import saved_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

# Seconds without a change after which a file counts as written.
_AT_REST = 2.0
# Looks at files that go on changing, each after such a rest: about six seconds in all.
_LOOKS = 3
# Seconds until the next look at what could not even be opened, or had changed when it was read.
_SOON = 0.5
_HALF_LOOKS_LIKE = {RefusalKind.DAMAGED, RefusalKind.EMPTY, RefusalKind.CRASH}
_MID_WRITE = {RefusalKind.CHANGED, RefusalKind.HELD}
_STILL_WRITTEN = Refusal("masih ditulis program lain", RefusalKind.CHANGED)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """One file after reading: its record (record.py), or None and why.

    `sha256` is "" and `file_time` None where its bytes could not be read. `age` are the seconds between
    the file's time and the reading, by the reader's clock; `sealed`: it is a zip, whose checksums tell
    whether all that was read belongs together.
    """

    record: bytes | None = None
    refusal: Refusal | None = None
    sha256: str = ""
    file_time: datetime | None = None
    age: float | None = field(default=None, compare=False)
    sealed: bool = False

    @property
    def reason(self) -> str:
        """Why it was not read, "" where it was."""
        return self.refusal.reason if self.refusal else ""


def age_of(saved: datetime) -> float:
    """Return how many seconds ago, by this computer's clock, a moment (UTC, naive) was."""
    return (datetime.now(UTC).replace(tzinfo=None) - saved).total_seconds()


def settle(
    results: Mapping[Path, ReadResult],
    read: Callable[[Sequence[Path]], Iterable[ReadResult]],
    digests: Callable[[Sequence[Path]], Mapping[Path, ReadResult]],
    clock: Callable[[], float] = lambda: 0.0,
) -> dict[Path, ReadResult]:
    """Return what stands instead for files that may have been read while they were written.

    Args:
        results: what reading gave.
        read: reads files anew.
        digests: gives digest and time of files (no record); those that cannot be opened are left out.
        clock: gives the seconds by which the clock of the files' drive is ahead of this computer's; asked
            only where there is something that could be half of a file.
    """
    settled: dict[Path, ReadResult] = {}
    ahead = clock() if any(map(_looks_half, results.values())) else 0.0
    watched = {path: result for path, result in results.items() if _to_watch(path, result, ahead)}
    for _ in range(_LOOKS):
        if not watched:
            break
        time.sleep(max(_until_rest(result, ahead) for result in watched.values()))
        now = digests([path for path, result in watched.items() if result.sha256])
        changed = [path for path, result in watched.items() if not _rests(result, now.get(path), ahead)]
        fresh = dict(zip(changed, read(changed), strict=True))
        settled |= fresh
        watched = {path: result for path, result in fresh.items() if _may_be_half(result, ahead)}
    return settled | {path: _given_up(result) for path, result in watched.items()}


def _to_watch(path: Path, result: ReadResult, ahead: float) -> bool:
    if _may_be_half(result, ahead):
        return True
    if result.refusal:
        # a program that saves may take the old file away just before the new one is there
        return result.refusal.kind is RefusalKind.MISSING
    return _is_young(result, ahead) and saved_at(path) != result.file_time


def _may_be_half(result: ReadResult, ahead: float) -> bool:
    mid_write = result.refusal is not None and result.refusal.kind in _MID_WRITE
    return mid_write or (_looks_half(result) and _is_young(result, ahead))


def _looks_half(result: ReadResult) -> bool:
    """True where nothing but the file's age tells that it is whole."""
    kind = result.refusal.kind if result.refusal else None
    plain = kind is None or kind is RefusalKind.NOT_A_WORKBOOK
    return kind in _HALF_LOOKS_LIKE or (plain and not result.sealed)


def _is_young(result: ReadResult, ahead: float) -> bool:
    """True for a file that changed just before it was read; times in the future say nothing."""
    if result.age is None:
        return False
    return -_AT_REST <= result.age + ahead <= _AT_REST + _grain(result.file_time)


def _grain(saved: datetime | None) -> float:
    """Seconds by which a file's time may be too early: some drives keep only every second one."""
    if saved is None or saved.microsecond:
        return 0.0
    return 1.0 if saved.second % 2 else 2.0


def _until_rest(result: ReadResult, ahead: float) -> float:
    if result.file_time is None:
        return _SOON
    left = _AT_REST + _grain(result.file_time) - age_of(result.file_time) - ahead
    return min(max(left, 0.0), _AT_REST)


def _rests(result: ReadResult, now: ReadResult | None, ahead: float) -> bool:
    """True where the bytes are still those that were read, and nobody has written them anew since.

    A program that writes over an old file may for a while write just what was there before.
    """
    if now is None or not result.sha256:
        return False
    return now.sha256 == result.sha256 and not _is_young(now, ahead)


def _given_up(result: ReadResult) -> ReadResult:
    held = result.refusal is not None and result.refusal.kind is RefusalKind.HELD
    return result if held else ReadResult(refusal=_STILL_WRITTEN)
