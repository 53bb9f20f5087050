"""What an earlier collection left in the folder of outputs, before a new one replaces it.

The last run is remembered by the results themselves: realisasi.csv names every return that had a figure. So
it does not matter whether there is a working folder, or whether it was moved; another folder of outputs has a
last run of its own; and another month or catalogue changes nothing: returns are compared by jabatan and NIP.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from iki_xl.findings import Place, Temuan, temuan
from iki_xl.storage.aside import old_copies
from iki_xl.storage.facts import restore_text
from iki_xl.storage.output import PERBAIKAN_FOLDER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from iki_xl.catalog import Katalog

_FACTS, _RECAPS = "realisasi.csv", "rekap-*.xlsx"
_COLUMNS = ("id_jabatan", "nip", "berkas")
_NIP = re.compile(r"[0-9]{18}")
# Missing returns named in a sentence: as many as stand in so many letters; and in the finding's value.
_LETTERS, _NAMED = 240, 50

# What is said of a workbook in which nothing counts, by the codes of its findings; the first that fits.
_REASONS = (
    ({"B01"}, "tidak dapat dibuka"),
    ({"B03", "B04", "B08"}, "milik kantor, tahun atau jabatan lain"),
    ({"B07"}, "salinan berkas lain"),
    ({"G04", "G05"}, "bertentangan dengan berkas lain"),
    ({"B14"}, "belum diisi"),
    ({"B02", "B17", "B18"}, "bukan isian IKI"),
)
_SKIPPED = {"B06", "B27"}


@dataclass(frozen=True, slots=True)
class EarlierReturn:
    """A return of the last run; `nip` is "" where it had none."""

    id_jabatan: str
    nip: str
    file: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """Results of an earlier run: whether there are any, its returns, whether there are copies to mend.

    `returns` is None where nothing can tell, as where somebody saved realisasi.csv otherwise.
    """

    results: bool = False
    returns: tuple[EarlierReturn, ...] | None = ()
    copies: bool = False

    @property
    def hold_something(self) -> bool:
        """False where there are no results, or such that nobody would miss."""
        return self.copies or (self.results and self.returns != ())


def read_earlier(folder: Path) -> Earlier:
    """Look at what an earlier run left in a folder of outputs."""
    facts = folder / _FACTS
    recaps, known = any(folder.glob(_RECAPS)), facts.is_file()
    returns = _returns(facts) if known else None
    return Earlier(recaps or known, returns, bool(old_copies(folder / PERBAIKAN_FOLDER, ())))


def _returns(facts: Path) -> tuple[EarlierReturn, ...] | None:
    """The returns that realisasi.csv names; None where it is not as it was written, nor as Excel saves it."""
    try:
        text = facts.read_bytes().decode("utf-8-sig")
        header = text.partition("\n")[0].rstrip("\r")
        separator = next(sign for sign in ",;\t" if set(_COLUMNS) <= set(header.split(sign)))
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        names = next(rows)
        pick = itemgetter(*map(names.index, _COLUMNS))
        found = dict.fromkeys(pick(row) for row in rows if row)
    except (OSError, ValueError, IndexError, StopIteration, csv.Error):
        return None
    returns = (_earlier_return(*item) for item in found)
    return tuple({(item.id_jabatan, item.nip): item for item in returns}.values())


def _earlier_return(id_jabatan: str, nip: str, file: str) -> EarlierReturn:
    # Excel keeps fifteen digits of a number: that is no NIP any more
    return EarlierReturn(restore_text(id_jabatan), nip if _NIP.fullmatch(nip) else "", restore_text(file))


def missing_returns(
    before: Sequence[EarlierReturn], now: Collection[tuple[str, str]]
) -> tuple[EarlierReturn, ...]:
    """Return those of the last run that are not among the ones (id_jabatan, nip) that count now.

    Where one of the two has no NIP, the jabatan decides.
    """
    jabatan = {id_jabatan for id_jabatan, _ in now}
    without = {id_jabatan for id_jabatan, nip in now if not nip}
    return tuple(
        item
        for item in before
        if (item.id_jabatan, item.nip) not in now
        and item.id_jabatan not in (without if item.nip else jabatan)
    )


def tell_missing(
    katalog: Katalog, before: Sequence[EarlierReturn], gone: Sequence[EarlierReturn], folder: str
) -> tuple[Temuan, ...]:
    """Say which returns of the last run are gone, where fewer than half of them are left.

    Args:
        katalog: knows what people call a jabatan.
        before: the returns of the last run.
        gone: those that are missing.
        folder: the folder that was collected.
    """
    left = len(before) - len(gone)
    if 2 * left >= len(before):
        return ()
    names = [_name(katalog, item) for item in gone]
    words = {"ada": left, "jumlah": len(before), "folder": folder, "nama": _some(names, _fitting(names))}
    return (temuan("B40", Place(folder), _some(names, _NAMED), **words),)


def _name(katalog: Katalog, item: EarlierReturn) -> str:
    person = next((p.nama for p in katalog.pegawai if p.nip == item.nip), "") if item.nip else ""
    jabatan = katalog.jabatan_by_id.get(item.id_jabatan)
    where = jabatan.nama if jabatan else item.id_jabatan
    return f"{person or item.nip or 'tanpa NIP'}, {where} ({item.file})"


def _fitting(words: Sequence[str]) -> int:
    """How many words stand in a sentence, at least one."""
    count = length = 0
    for word in words:
        length += len(word) + 2
        if count and length > _LETTERS:
            break
        count += 1
    return count


def _some(words: Sequence[str], most: int) -> str:
    rest = len(words) - most
    return "; ".join(words[:most]) + (f"; dan {rest} lainnya" if rest > 0 else "")


def tell_found(workbooks: int, found: Iterable[Temuan]) -> str:
    """Say what was in a folder from which nothing counts: how many workbooks, and what they are.

    Args:
        workbooks: how many were found.
        found: all findings.
    """
    codes: dict[str, set[str]] = {}
    for t in found:
        codes.setdefault(t.file, set()).add(t.code)
    skipped = sum(bool(some & _SKIPPED) for some in codes.values())
    kinds = Counter(_kind(some) for some in codes.values() if not some & _SKIPPED)
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    other = f"; {skipped} berkas lain bukan buku kerja" if skipped else ""
    return f"{workbooks} buku kerja ditemukan{f': {said}' if said else ''}{other}"


def _kind(codes: Collection[str]) -> str:
    return next((kind for some, kind in _REASONS if not some.isdisjoint(codes)), "ditolak")
