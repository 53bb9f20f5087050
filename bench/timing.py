"""Paired timing: every round times every contender once, in turn; the medians are compared."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds of a contender, and the smallest and largest round; `rounds` are all rounds in order."""

    median: float
    smallest: float
    largest: float
    rounds: tuple[float, ...] = ()


def time_paired(
    contenders: Mapping[str, Callable[[], object]], round_count: int = ROUNDS
) -> dict[str, Timing]:
    """Time each contender once a round, in turn, after one round that does not count."""
    return time_in_turn({name: partial(_time_seconds, run) for name, run in contenders.items()}, round_count)


def time_in_turn(
    contenders: Mapping[str, Callable[[], float]], round_count: int = ROUNDS
) -> dict[str, Timing]:
    """Do the same with contenders that time themselves and return seconds."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(round_count + 1):
        for name, run in contenders.items():
            seconds = run()
            if number:
                times[name].append(seconds)
    return {name: summarize(seconds) for name, seconds in times.items()}


def compute_ratio(numerator: Timing, denominator: Timing) -> Timing:
    """Return how many times longer one contender took than another, round by round."""
    return summarize([a / b for a, b in zip(numerator.rounds, denominator.rounds, strict=True)])


def summarize(values: Sequence[float]) -> Timing:
    """Return median, smallest and largest of some rounds."""
    return Timing(statistics.median(values), min(values), max(values), tuple(values))


def _time_seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
