"""Moments in the recap: the office's own time, and the day by which a month was to be reported."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from iki_xl.catalog import BULAN

_DAYS_OF_MONTH = range(1, 32)
_HOUR = timedelta(hours=1)
_INDONESIA = {7: "WIB", 8: "WITA", 9: "WIT"}
_REPORTING_DAY = re.compile(
    r"\b(?:tanggal|tgl)\.?\s+(\d{1,2})\s+(?:(?:di|pada)\s+)?"
    r"(bulan\s+(?:berikut(?:nya)?|depan(?:nya)?|selanjutnya)|(?:se)?tiap\s+bulan|bulan\s+berjalan)\b",
    re.IGNORECASE,
)
_ANY_NUMBER = re.compile(r"\d+")
_SAME_MONTH = re.compile(r"berjalan", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeZone:
    """A fixed distance from UTC, and what it is called."""

    offset: timedelta = timedelta()
    nama: str = "UTC"

    def convert_to_local(self, moment: str) -> datetime | None:
        """A moment of the tables (YYYY-MM-DD HH:MM in UTC) in this zone; None for "" or none at all."""
        return datetime.fromisoformat(moment) + self.offset if moment else None

    def write_local(self, moment: str) -> str:
        """The same moment as text, "" when unknown."""
        local = self.convert_to_local(moment)
        return f"{local:%Y-%m-%d %H:%M}" if local else ""


UTC = TimeZone()


def time_zone(offset: timedelta) -> TimeZone:
    """The zone at a distance from UTC: WIB, WITA and WIT by name, others such as "UTC-03:30"."""
    name = _INDONESIA.get(offset // _HOUR, "") if offset % _HOUR == timedelta() else ""
    if name or not offset:
        return TimeZone(offset, name or "UTC")
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return TimeZone(offset, f"UTC{'-' if offset < timedelta() else '+'}{hours:02d}:{minutes:02d}")


def find_local_zone() -> TimeZone:
    """The zone that this machine is set to."""
    return time_zone(datetime.now().astimezone().utcoffset() or timedelta())


def find_reporting_deadline(text: str, tahun: int, bulan: int) -> date | None:
    """Last day on which month `bulan` (1..12) of `tahun` was to be reported; None where that is not said.

    Read are texts with one number, such as "tanggal 5 bulan berikutnya", "tgl. 10 setiap bulan" (the month
    after) and "tanggal 28 bulan berjalan" (the same month); a day that the month lacks is its last one.
    Working days, two dates or other words say nothing that is certain.
    """
    found = _REPORTING_DAY.search(text)
    if found is None or len(_ANY_NUMBER.findall(text)) != 1 or int(found[1]) not in _DAYS_OF_MONTH:
        return None
    after = 0 if _SAME_MONTH.search(found[2]) else 1
    year, month = tahun + (bulan - 1 + after) // 12, (bulan - 1 + after) % 12 + 1
    return date(year, month, min(int(found[1]), monthrange(year, month)[1]))


def format_date(day: date) -> str:
    """A day as people write it: 6 Februari 2026."""
    return f"{day.day} {BULAN[day.month - 1]} {day.year}"
