"""Where the figures come from: every file that was found, and since when each month has been reported."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.form.jabatan import SEL_KEPALA
from iki_xl.tables import KOLOM_REALISASI, KOLOM_SUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from iki_xl.collect.files import BerkasTerbaca
    from iki_xl.collect.record import LembarIsian
    from iki_xl.collect.reports import Laporan
    from iki_xl.collect.rows import Baris
    from iki_xl.findings import Temuan

# What is said of a file or a sheet in which there is nothing to count.
_BUKAN_LAPORAN = {"B02", "B03", "B04", "B08", "B17", "B18", "B36"}
_NAMA_DISEBUT = 3
_Asal = tuple[str, ...]


@lru_cache(maxsize=4_096)
def teks_saat(moment: datetime | None) -> str:
    """A moment as the tables hold it, "" where it is not known."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def bulan_terisi(rows: Iterable[Baris]) -> frozenset[int]:
    """Months 1..12 in which a return reports anything, valid or not."""
    found: set[int] = set()
    for row in rows:
        found.update(month for month, value in enumerate(row.realisasi, start=1) if value is not None)
        found.update(_KE_BULAN[key] for key in row.tidak_sah if key in _KE_BULAN)
    return frozenset(found)


_KE_BULAN = {key: month for month, key in enumerate(KOLOM_REALISASI, start=1)}


def lapor_pada(returns: Iterable[tuple[Laporan, frozenset[int]]]) -> tuple[str, ...]:
    """When each month was first reported, as far as the returns of one reporter tell.

    A workbook goes on from month to month and is sent again under the same name, so that its time says
    nothing of the months before its last one: for those the text is "", unless an older return had them last.
    One whose time is not known may have been the first with all of its months.

    Args:
        returns: the returns of one reporter, each with its `bulan_terisi`.
    """
    known: dict[int, str] = {}
    for report, months in sorted(returns, key=lambda item: item[0].urutan):
        for month in months - known.keys():
            known[month] = teks_saat(report.saved.best) if month == max(months) else ""
    return tuple(known.get(month, "") for month in range(1, 13))


def tabel_sumber(
    files: Sequence[BerkasTerbaca], laporan: pd.DataFrame, saved: Mapping[str, str], said: Iterable[Temuan]
) -> pd.DataFrame:
    """Return the table `sumber` (tables.KOLOM_SUMBER), by file name.

    Args:
        files: what was read, in the order in which `laporan` was made of it.
        laporan: the table of all returns among it.
        saved: when each file was last saved, by its name, as the tables hold it.
        said: what was said of the files that were not read.
    """
    import pandas as pd

    columns = ("id_jabatan", "nip", "nama", "dihitung", "sebab")
    reports = zip(*(laporan[name].tolist() for name in columns), strict=True)
    rows = [row for item in files for row in _baris_berkas(item, reports, saved[item.nama])]
    rows += [(t.berkas, "", "", "", "", "", "", False, t.pesan) for t in said]
    rows.sort(key=lambda row: str(row[0]))
    return pd.DataFrame.from_records(rows, columns=list(KOLOM_SUMBER))


def _baris_berkas(
    item: BerkasTerbaca, reports: Iterator[tuple[object, ...]], saved: str
) -> Iterator[tuple[object, ...]]:
    digest = item.sha256
    for sheet in item.isi.lembar:
        if sheet.terisi:
            id_jabatan, nip, nama, counted, why = next(reports)
            yield item.nama, sheet.nama, id_jabatan, nip, nama, saved, digest, counted, why
    for about in _kosong([sheet for sheet in item.isi.lembar if not sheet.terisi]):
        yield item.nama, *about, saved, digest, False, "belum diisi"
    for t in item.isi.temuan:
        if t.kode in _BUKAN_LAPORAN:
            yield item.nama, t.lembar, t.id_jabatan, "", "", saved, digest, False, t.pesan


def _kosong(sheets: Sequence[LembarIsian]) -> Iterator[_Asal]:
    """Sheets without an entry: those that bear a name each by itself, the others together.

    A workbook of the whole office that one person sends back has many.
    """
    others = []
    for sheet in sheets:
        if any(sheet.tertulis(sel) for sel in SEL_KEPALA if sel in sheet.form.terbuka):
            yield sheet.nama, sheet.form.jabatan.id, sheet.nip, sheet.nama_pegawai
        else:
            others.append(sheet)
    if len(others) == 1:
        yield others[0].nama, others[0].form.jabatan.id, "", ""
    elif others:
        names = ", ".join(sheet.nama for sheet in others[:_NAMA_DISEBUT])
        more = len(others) - _NAMA_DISEBUT
        yield f"{names} dan {more} lembar lain" if more > 0 else names, "", "", ""
