"""Paired timing: every round times every contender once, in turn; the medians are compared."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RONDE = 5


@dataclass(frozen=True, slots=True)
class Hasil:
    """Median seconds of a contender, and the smallest and largest round."""

    median: float
    terkecil: float
    terbesar: float


def berpasangan(peserta: Mapping[str, Callable[[], object]], ronde: int = RONDE) -> dict[str, Hasil]:
    """Time each contender once a round, in turn, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in peserta}
    for number in range(ronde + 1):
        for name, run in peserta.items():
            start = time.perf_counter()
            run()
            if number:
                times[name].append(time.perf_counter() - start)
    return {name: Hasil(statistics.median(t), min(t), max(t)) for name, t in times.items()}
