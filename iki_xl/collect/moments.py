"""When a return was saved, as far as that can be believed; and so which one is newer (spec section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.tables import CREATED_MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Workbooks tell the time of other zones than they say, and clocks are not exact.
_TOLERANCE = timedelta(days=1)
# No finer time stands on some drives and in zips; files nearer to one another came together.
_TOGETHER = timedelta(seconds=2)


def utc_now() -> datetime:
    """This machine's clock, in UTC and naive as all moments here."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Credible:
    """The moments that a return of the office's year can have been saved at, both ends included."""

    since: datetime
    until: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment <= self.until


def credible(tahun: int, now: datetime) -> Credible:
    """From the beginning of the catalogue's year until now."""
    return Credible(datetime(tahun, 1, 1) - _TOLERANCE, now + _TOLERANCE)  # noqa: DTZ001 - naive UTC


@dataclass(frozen=True, slots=True)
class Moment:
    """When a workbook was last saved: what it says itself, and the file's own time.

    UTC and naive; None where nothing is said, or nothing that can be believed.
    """

    written: datetime | None = None
    arrived: datetime | None = None

    @property
    def best(self) -> datetime | None:
        """The moment to show, None where none is known."""
        return self.written or self.arrived

    def before(self, other: Moment) -> bool:
        """True where these two moments tell that this one is the older.

        The workbooks' own words decide, and a file that lay there before another workbook was saved is older;
        otherwise the files' times do. Copying sets those anew, so that files of one moment tell nothing.
        """
        mine, theirs = self.written, other.written
        if mine and theirs and mine != theirs:
            return mine < theirs
        if theirs and not mine and self.arrived and self.arrived < theirs:
            return True
        if mine and not theirs and other.arrived and other.arrived < mine:
            return False
        return bool(self.arrived and other.arrived and other.arrived - self.arrived > _TOGETHER)


def moment(written: datetime | None, files: Iterable[datetime], window: Credible) -> Moment:
    """What to believe of a workbook's own time and of those of the files that hold its very bytes.

    The earliest of the files' times is the nearest to the saving. A template bears one fixed moment, which
    programs that do not set their own leave there: it says nothing.
    """
    own = written if written and written != CREATED_MOMENT and written in window else None
    return Moment(own, min((time for time in files if time in window), default=None))


def doubt(file: str, written: datetime, found: Moment, window: Credible) -> Iterator[Temuan]:
    """What to say of a workbook whose own time `written` cannot be believed."""
    if written == CREATED_MOMENT or written in window:
        return
    early = "itu sebelum tahun yang dilaporkan mulai berjalan"
    why = "waktu itu belum tiba" if written > window.until else early
    instead = "dan waktu berkasnya juga tidak dapat dipercaya"
    if found.arrived:
        instead = f"yang dipakai waktu berkasnya, {_spoken(found.arrived)}"
    shown = f"{written:%Y-%m-%d %H:%M}"
    yield temuan("G07", Place(file), shown, saat=_spoken(written), sebab=why, ganti=instead)


def _spoken(at: datetime) -> str:
    return f"{at.day} {BULAN[at.month - 1]} {at.year}"


def known_newer(moments: Sequence[Moment]) -> list[int]:
    """Tell for each moment which of the others are known to be newer, as bits by their place in the list.

    What is newer than something newer is newer. Where the evidence goes round in a circle none of it counts.
    """
    places: dict[Moment, int] = {}
    for at, one in enumerate(moments):
        places[one] = places.get(one, 0) | 1 << at
    distinct = list(places)
    newer = _without_circles(_closed([[one.before(other) for other in distinct] for one in distinct]))
    bits = [sum(places[other] for at, other in enumerate(distinct) if mask >> at & 1) for mask in newer]
    return [bits[at] for at in map({one: at for at, one in enumerate(distinct)}.__getitem__, moments)]


def _closed(before: Sequence[Sequence[bool]]) -> list[int]:
    newer = [sum(1 << at for at, yes in enumerate(row) if yes) for row in before]
    for between in range(len(newer)):
        for at, mask in enumerate(newer):
            if mask >> between & 1:
                newer[at] |= newer[between]
    return newer


def _without_circles(newer: Sequence[int]) -> list[int]:
    older = [0] * len(newer)
    for at, mask in enumerate(newer):
        for other in range(len(newer)):
            older[other] |= (mask >> other & 1) << at
    return [mask & ~older[at] for at, mask in enumerate(newer)]
