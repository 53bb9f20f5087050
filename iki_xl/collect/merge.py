"""Everything that came back -> the tables the other stages use: checked, chosen, merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from iki_xl.collect.choose import Perubahan, Pilihan, pemilik, periksa_lebih, pilih_laporan
from iki_xl.collect.condense import condense_books
from iki_xl.collect.crosschecks import periksa_nip_ganda, periksa_silang
from iki_xl.collect.moments import Moment, credible, doubt, moment, utc_now
from iki_xl.collect.reports import Laporan
from iki_xl.collect.reread import answered, reread
from iki_xl.collect.rows import PENJELASAN, Baris, susun_baris
from iki_xl.collect.schema import periksa_isian
from iki_xl.collect.sources import bulan_terisi, lapor_pada, teks_saat
from iki_xl.findings import Tempat, Temuan, Tingkat, urutkan
from iki_xl.form.jabatan import BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA, alamat
from iki_xl.tables import (
    KOLOM_BARIS,
    KOLOM_CSV_REALISASI,
    KOLOM_LAPORAN,
    KOLOM_PERUBAHAN,
    KOLOM_REALISASI,
    Origins,
    kolom_target_periode,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.files import BerkasTerbaca
    from iki_xl.collect.record import LembarIsian
    from iki_xl.collect.together import Together
    from iki_xl.form.jabatan import Sel


@dataclass(frozen=True)
class Terkumpul:
    """What `kumpulkan` found: the tables of iki_xl.tables, all findings, and the sheets as read.

    `baris` holds the returns that count, `baris_semua` every returned sheet by itself. `saved` says by file
    when it was last saved, as the tables hold it, "" where that is not known.
    """

    baris: pd.DataFrame
    baris_semua: pd.DataFrame
    laporan: pd.DataFrame
    perubahan: pd.DataFrame
    realisasi: pd.DataFrame
    temuan: tuple[Temuan, ...]
    lembar: tuple[LembarIsian, ...]
    berkas_dihitung: frozenset[str]
    saved: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Setoran:
    """A return with its rows, where the months of each stand, and what is odd across their cells.

    `number` is its `id_laporan`; `nip` and `nama` are of whom it counts for. Of one put together (`joined`)
    `laporan` is the first sheet.
    """

    number: int
    laporan: Laporan
    nip: str
    nama: str
    baris: tuple[Baris, ...]
    origins: tuple[Origins, ...]
    silang: tuple[Temuan, ...]
    joined: Together | None = None


def kumpulkan(
    files: Sequence[BerkasTerbaca],
    katalog: Katalog,
    *,
    bulan: int | None = None,
    tolak_konflik: bool = False,
    now: datetime | None = None,
) -> Terkumpul:
    """Validate and merge what was read.

    Args:
        files: the returned workbooks.
        katalog: the office.
        bulan: the month reported to, None when it was not given.
        tolak_konflik: refuse where somebody's returns differ.
        now: no return was saved later (UTC, naive); None: this machine's clock.
    """
    sheets = tuple(sheet for item in files for sheet in item.isi.lembar)
    saved, said = _moments(files, katalog.kantor.tahun, now or utc_now())
    checked, faults = periksa_isian(sheets, katalog.referensi)
    returns = list(_setoran(files, saved, faults, bulan))
    reports = [item.laporan for item in returns]
    choice = pilih_laporan(reports, tolak_konflik=tolak_konflik)
    returns = list(_dengan_pemilik(returns))
    joined, reread_said = _joined(returns, choice, katalog, bulan)
    counted = [joined.get(group[0]) or returns[group[0]] for group in choice.dihitung]
    shared = tuple(choice.bersama.values())
    # what a record says of its own workbook was bounded when it was made
    said += answered((t for item in files for t in item.isi.temuan), shared)
    across = chain(answered(checked, shared), _crossed(returns, joined, choice))
    said += condense_books(_redakan(across, reports, choice))
    said += [*reread_said, *choice.temuan]
    said += periksa_nip_ganda([(item.nip, _nip_place(item)) for item in counted])
    said += periksa_lebih(item.laporan for item in counted)
    everything = _tabel_baris(returns, katalog)
    return Terkumpul(
        baris=_counted_rows(everything, counted, katalog),
        baris_semua=everything,
        laporan=_tabel_laporan(returns, choice),
        perubahan=_tabel_perubahan(choice.perubahan),
        realisasi=_tabel_realisasi(counted),
        temuan=urutkan(_redakan(said, reports, choice)),
        lembar=sheets,
        berkas_dihitung=frozenset(reports[n].lembar.berkas for group in choice.dihitung for n in group),
        saved={name: teks_saat(when.best) for name, when in saved.items()},
    )


def _moments(
    files: Sequence[BerkasTerbaca], tahun: int, now: datetime
) -> tuple[dict[str, Moment], list[Temuan]]:
    """When each file was saved, and what is said of returns whose own time cannot be believed."""
    window = credible(tahun, now)
    found: dict[str, Moment] = {}
    said: list[Temuan] = []
    for item in files:
        own = item.isi.disimpan
        at = found[item.nama] = moment(own, item.waktu_berkas, window)
        # only where it is not believed is there anything to say
        if own is not None and at.written is None and any(sheet.terisi for sheet in item.isi.lembar):
            said += doubt(item.nama, own, at, window)
    return found, said


def _dengan_pemilik(returns: Sequence[_Setoran]) -> Iterator[_Setoran]:
    """The returns under the NIP of the pegawai that each counts for."""
    for item, nip in zip(returns, pemilik([r.laporan for r in returns]), strict=True):
        yield item if nip == item.nip else replace(item, nip=nip)


def _joined(
    returns: Sequence[_Setoran], choice: Pilihan, katalog: Katalog, bulan: int | None
) -> tuple[dict[int, _Setoran], tuple[Temuan, ...]]:
    """The returns put together of several sheets, by the first of them; and what is said of their cells."""
    found, said = reread(tuple(choice.bersama.values()), katalog.referensi, bulan)
    groups = {group[0]: group for group in choice.dihitung}
    made = {}
    for first, item in zip(choice.bersama, found, strict=True):
        nip = next((returns[n].nip for n in groups[first] if returns[n].nip), "")
        origins = tuple(item.together.origins(row.id_indikator) for row in item.baris)
        about = first, returns[first].laporan, nip, item.nama
        made[first] = _Setoran(*about, item.baris, origins, item.silang, item.together)
    return made, said


def _crossed(
    returns: Sequence[_Setoran], joined: Mapping[int, _Setoran], choice: Pilihan
) -> Iterator[Temuan]:
    """What is odd across the cells of each return; of sheets that were put together only as a whole."""
    parts = {n for group in choice.dihitung if group[0] in joined for n in group}
    for item in (*(item for item in returns if item.number not in parts), *joined.values()):
        yield from item.silang


def _nip_place(item: _Setoran) -> Tempat:
    where = item.joined.sheet if item.joined else item.laporan.lembar
    return where.tempat(BARIS_NIP, KOLOM_ISIAN_KEPALA)


def _setoran(
    files: Sequence[BerkasTerbaca],
    saved: Mapping[str, Moment],
    faults: Mapping[int, frozenset[Sel]],
    bulan: int | None,
) -> Iterator[_Setoran]:
    """The returns among the sheets; `faults` are the cells that pandera refused, by the sheet's index."""
    sheets = ((item, sheet) for item in files for sheet in item.isi.lembar)
    number = 0
    for at, (item, sheet) in enumerate(sheets):
        if sheet.terisi:
            yield _satu_setoran(number, sheet, saved[item.nama], faults.get(at, frozenset()), bulan)
            number += 1


def _satu_setoran(
    number: int, sheet: LembarIsian, saved: Moment, faults: frozenset[Sel], bulan: int | None
) -> _Setoran:
    invalid = sheet.tidak_sah | faults
    report = Laporan(sheet, saved, invalid, sheet.nip)
    rows, crossed = sheet.baris, sheet.silang
    if faults:
        rows = susun_baris(sheet.form, sheet.nilai, invalid)
    if faults or (bulan is not None and _melewati(rows, bulan)):
        crossed = tuple(t for row in rows for t in periksa_silang(row, sheet, bulan))
    origins = tuple(_origins(sheet, rows))
    return _Setoran(number, report, report.nip, report.nama, rows, origins, crossed)


def _melewati(rows: Sequence[Baris], bulan: int) -> bool:
    """True where a month after the one reported to is filled: only then do the checks depend on it."""
    return any(value is not None for row in rows for value in row.realisasi[bulan:])


def _redakan(said: Iterable[Temuan], reports: Sequence[Laporan], choice: Pilihan) -> Iterator[Temuan]:
    """What was found in a return that another one replaced is kept for the record, as info only."""
    replaced = {(reports[n].lembar.berkas, reports[n].lembar.nama) for n in choice.digantikan}
    for t in said:
        yield replace(t, tingkat=Tingkat.INFO) if (t.berkas, t.lembar) in replaced else t


def _tabel_baris(returns: Iterable[_Setoran], katalog: Katalog) -> pd.DataFrame:
    import pandas as pd

    periods = [kolom_target_periode(p + 1) for p in range(katalog.kantor.rincian_target.jumlah_periode)]
    at = KOLOM_BARIS.index("target") + 1
    columns = [*KOLOM_BARIS[:at], *periods, *KOLOM_BARIS[at:]]
    records = [
        _catatan_baris(row, months, item)
        for item in returns
        for row, months in zip(item.baris, item.origins, strict=True)
    ]
    frame = pd.DataFrame.from_records(records, columns=columns)
    numbers = ["target", *periods, *KOLOM_REALISASI]
    frame[numbers] = frame[numbers].astype("float64")
    return frame


def _counted_rows(everything: pd.DataFrame, counted: Sequence[_Setoran], katalog: Katalog) -> pd.DataFrame:
    """Rows of the returns that count; `everything` has those of each sheet by itself."""
    import pandas as pd

    alone = {item.number for item in counted if item.joined is None}
    rows = everything[everything["id_laporan"].isin(alone)]
    if len(alone) < len(counted):
        joined = _tabel_baris((item for item in counted if item.joined), katalog)
        rows = pd.concat([rows, joined]).sort_values("id_laporan", kind="stable")
    return rows.reset_index(drop=True)


def _catatan_baris(row: Baris, months: Origins, item: _Setoran) -> tuple[object, ...]:
    """A row in the order of KOLOM_BARIS, with the sub-period targets behind the target."""
    assert len(row.penjelasan) == len(PENJELASAN)
    sheet = item.laporan.lembar
    return (
        item.number,
        sheet.form.jabatan.id,
        row.id_indikator,
        item.nip,
        item.nama,
        row.satuan,
        row.tipe_perhitungan,
        row.cara_hitung.value if row.cara_hitung else "",
        row.arah,
        row.target,
        *row.target_periode,
        *row.realisasi,
        *row.penjelasan,
        *(item.joined.standing(row.id_indikator) if item.joined else (sheet.berkas, sheet.nama)),
        row.tidak_sah,
        months,
    )


def _origins(sheet: LembarIsian, rows: Iterable[Baris]) -> Iterator[Origins]:
    """Where the months of each row stand in the returned sheet."""
    files, sheets, gone = ((text,) * len(KOLOM_REALISASI) for text in (sheet.berkas, sheet.nama, ""))
    letters, places = _huruf_bulan(sheet), sheet.letak.baris
    for row in rows:
        at = places.get(row.id_indikator)
        cells = gone if at is None else tuple([f"{c}{at + 1}" if c else "" for c in letters])
        yield Origins(files, sheets, cells)


def _huruf_bulan(sheet: LembarIsian) -> tuple[str, ...]:
    places = sheet.letak.kolom
    return _huruf(tuple([places.get(key) for key in KOLOM_REALISASI]))


@lru_cache(maxsize=1_024)
def _huruf(columns: tuple[int | None, ...]) -> tuple[str, ...]:
    return tuple("" if at is None else alamat(0, at).removesuffix("1") for at in columns)


def _tabel_laporan(returns: Sequence[_Setoran], choice: Pilihan) -> pd.DataFrame:
    import pandas as pd

    groups = {n: group for group in choice.dihitung for n in group}
    ids = {n: group[0] for n, group in groups.items()}
    members: dict[int, list[int]] = {}
    for n in range(len(returns)):
        members.setdefault(choice.digantikan.get(n, ids.get(n, n)), []).append(n)
    months = [bulan_terisi(item.baris) for item in returns]
    since = {
        n: moments
        for group in members.values()
        for moments in [lapor_pada((returns[n].laporan, months[n]) for n in group)]
        for n in group
    }
    records = [
        (
            ids.get(n, n),
            item.laporan.lembar.form.jabatan.id,
            item.nip,
            item.nama,
            item.laporan.lembar.berkas,
            item.laporan.lembar.nama,
            teks_saat(item.laporan.saved.best),
            n in groups,
            choice.sebab.get(n, ""),
            since[n],
        )
        for n, item in enumerate(returns)
    ]
    return pd.DataFrame.from_records(records, columns=list(KOLOM_LAPORAN))


def _tabel_perubahan(changes: Sequence[Perubahan]) -> pd.DataFrame:
    import pandas as pd

    records = [_catatan_perubahan(change) for change in changes]
    return pd.DataFrame.from_records(records, columns=list(KOLOM_PERUBAHAN))


def _catatan_perubahan(change: Perubahan) -> tuple[str, ...]:
    """A change in the order of KOLOM_PERUBAHAN."""
    old, new = (report.lembar.tempat(*change.sel) for report in (change.lama, change.baru))
    return (
        new.id_jabatan,
        change.baru.nip or change.lama.nip,
        change.baru.nama or change.lama.nama,
        new.id_indikator,
        change.kolom,
        change.sebelum.tertulis,
        change.sesudah.tertulis if change.sesudah else "",
        old.berkas,
        old.lembar,
        old.sel,
        new.berkas,
        new.lembar,
        new.sel,
        change.dihitung,
    )


def _tabel_realisasi(counted: Sequence[_Setoran]) -> pd.DataFrame:
    import pandas as pd

    records = [
        fact
        for item in counted
        for row, months in zip(item.baris, item.origins, strict=True)
        for fact in _fakta(row, months, item)
    ]
    return pd.DataFrame.from_records(records, columns=list(KOLOM_CSV_REALISASI))


def _fakta(row: Baris, months: Origins, item: _Setoran) -> Iterator[tuple[object, ...]]:
    about = item.laporan.lembar.form.jabatan.id, row.id_indikator, item.nip
    words = row.satuan, row.tipe_perhitungan, row.target
    files, sheets, cells = months
    for at, value in enumerate(row.realisasi):
        if value is not None:
            yield (*about, at + 1, value, *words, files[at], sheets[at], cells[at])
