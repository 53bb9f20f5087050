"""Moments in the recap: the office's own time, and the day by which a month was to be reported."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from iki_xl.catalog import BULAN

_HARI = range(1, 32)
_JAM = timedelta(hours=1)
_INDONESIA = {7: "WIB", 8: "WITA", 9: "WIT"}
_TANGGAL = re.compile(
    r"\b(?:tanggal|tgl)\.?\s+(\d{1,2})\s+(?:(?:di|pada)\s+)?"
    r"(bulan\s+(?:berikut(?:nya)?|depan(?:nya)?|selanjutnya)|(?:se)?tiap\s+bulan|bulan\s+berjalan)\b",
    re.IGNORECASE,
)
_ANGKA = re.compile(r"\d+")
_BERJALAN = re.compile(r"berjalan", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Zona:
    """A fixed distance from UTC, and what it is called."""

    selisih: timedelta = timedelta()
    nama: str = "UTC"

    def setempat(self, saat: str) -> datetime | None:
        """A moment of the tables (YYYY-MM-DD HH:MM in UTC) in this zone; None for "" or none at all."""
        return datetime.fromisoformat(saat) + self.selisih if saat else None

    def tertulis(self, saat: str) -> str:
        """The same moment as text, "" when unknown."""
        local = self.setempat(saat)
        return f"{local:%Y-%m-%d %H:%M}" if local else ""


UTC = Zona()


def zona(selisih: timedelta) -> Zona:
    """The zone at a distance from UTC: WIB, WITA and WIT by name, others such as "UTC-03:30"."""
    name = _INDONESIA.get(selisih // _JAM, "") if selisih % _JAM == timedelta() else ""
    if name or not selisih:
        return Zona(selisih, name or "UTC")
    hours, minutes = divmod(abs(selisih) // timedelta(minutes=1), 60)
    return Zona(selisih, f"UTC{'-' if selisih < timedelta() else '+'}{hours:02d}:{minutes:02d}")


def zona_setempat() -> Zona:
    """The zone that this machine is set to."""
    return zona(datetime.now().astimezone().utcoffset() or timedelta())


def batas_lapor(teks: str, tahun: int, bulan: int) -> date | None:
    """Last day on which month `bulan` (1..12) of `tahun` was to be reported; None where that is not said.

    Read are texts with one number, such as "tanggal 5 bulan berikutnya", "tgl. 10 setiap bulan" (the month
    after) and "tanggal 28 bulan berjalan" (the same month); a day that the month lacks is its last one.
    Working days, two dates or other words say nothing that is certain.
    """
    found = _TANGGAL.search(teks)
    if found is None or len(_ANGKA.findall(teks)) != 1 or int(found[1]) not in _HARI:
        return None
    after = 0 if _BERJALAN.search(found[2]) else 1
    year, month = tahun + (bulan - 1 + after) // 12, (bulan - 1 + after) % 12 + 1
    return date(year, month, min(int(found[1]), monthrange(year, month)[1]))


def tanggal(hari: date) -> str:
    """A day as people write it: 6 Februari 2026."""
    return f"{hari.day} {BULAN[hari.month - 1]} {hari.year}"
