"""Paired timing: every round times every contender once, in turn; the medians are compared."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RONDE = 5


@dataclass(frozen=True, slots=True)
class Hasil:
    """Median seconds of a contender, and the smallest and largest round; `semua` are all rounds in order."""

    median: float
    terkecil: float
    terbesar: float
    semua: tuple[float, ...] = ()


def berpasangan(peserta: Mapping[str, Callable[[], object]], ronde: int = RONDE) -> dict[str, Hasil]:
    """Time each contender once a round, in turn, after one round that does not count."""
    return bergiliran({name: partial(_detik, run) for name, run in peserta.items()}, ronde)


def bergiliran(peserta: Mapping[str, Callable[[], float]], ronde: int = RONDE) -> dict[str, Hasil]:
    """Do the same with contenders that time themselves and return seconds."""
    times: dict[str, list[float]] = {name: [] for name in peserta}
    for number in range(ronde + 1):
        for name, run in peserta.items():
            seconds = run()
            if number:
                times[name].append(seconds)
    return {name: ringkas(seconds) for name, seconds in times.items()}


def nisbah(atas: Hasil, bawah: Hasil) -> Hasil:
    """Return how many times longer one contender took than another, round by round."""
    return ringkas([a / b for a, b in zip(atas.semua, bawah.semua, strict=True)])


def ringkas(values: Sequence[float]) -> Hasil:
    """Return median, smallest and largest of some rounds."""
    return Hasil(statistics.median(values), min(values), max(values), tuple(values))


def _detik(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
