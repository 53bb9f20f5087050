"""What became of each file of which no sheet counts: the true word for it, not "rejected" for all."""

from __future__ import annotations

from collections import Counter, defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iki_xl.collect.files import ReadFile
    from iki_xl.findings import Temuan


class Fate(StrEnum):
    """Why no sheet of a file counts, in words that stand before a number."""

    REPLACED = "digantikan laporan yang lebih baru"
    SAME = "sama dengan berkas lain"
    BLANK = "belum diisi"
    CONFLICT = "bertentangan dengan laporan lain"
    ELSEWHERE = "untuk kantor, tahun atau jabatan lain"
    LOST_IDS = "kehilangan tanda pengenal"
    NO_RETURN = "bukan isian IKI"
    UNREADABLE = "tidak terbaca"


def count_fates(
    files: Iterable[ReadFile],
    unread: Iterable[Temuan],
    merged: Iterable[Temuan],
    counted: frozenset[str],
) -> dict[Fate, int]:
    """Count the files of which no sheet counts by what became of them, in the order of `Fate`.

    Args:
        files: what was read.
        unread: one finding for each file that was not.
        merged: what was said of the files that were read.
        counted: names of the files of which a sheet counts.
    """
    codes: dict[str, set[str]] = defaultdict(set)
    for t in merged:
        if t.file not in counted:
            codes[t.file].add(t.code)
    found = Counter(Fate.SAME if t.code == "B07" else Fate.UNREADABLE for t in unread)
    found.update(_fate(item, codes) for item in files if item.nama not in counted)
    return {fate: found[fate] for fate in Fate if found[fate]}


def _fate(item: ReadFile, codes: Mapping[str, set[str]]) -> Fate:
    said = codes.get(item.nama, set())
    if any(sheet.filled for sheet in item.content.sheet):
        by_code = {"G02": Fate.REPLACED, "G01": Fate.SAME}
        return next((fate for code, fate in by_code.items() if code in said), Fate.CONFLICT)
    if item.content.sheet:
        return Fate.BLANK
    if "B02" in said:
        return Fate.NO_RETURN
    return Fate.LOST_IDS if "B17" in said else Fate.ELSEWHERE
