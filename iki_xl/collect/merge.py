"""Everything that came back -> the tables the other stages use: checked, chosen, merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.collect.choose import Laporan, Perubahan, Pilihan, pemilik, periksa_lebih, pilih_laporan
from iki_xl.collect.condense import condense_books
from iki_xl.collect.crosschecks import periksa_nip_ganda, periksa_silang
from iki_xl.collect.rows import PENJELASAN, Baris, susun_baris
from iki_xl.collect.schema import periksa_isian
from iki_xl.collect.sources import bulan_terisi, lapor_pada, teks_saat
from iki_xl.findings import Temuan, Tingkat, urutkan
from iki_xl.form.jabatan import BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA, alamat
from iki_xl.tables import (
    KOLOM_BARIS,
    KOLOM_CSV_REALISASI,
    KOLOM_LAPORAN,
    KOLOM_PERUBAHAN,
    KOLOM_REALISASI,
    kolom_target_periode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.files import BerkasTerbaca
    from iki_xl.collect.record import LembarIsian
    from iki_xl.form.jabatan import Sel


@dataclass(frozen=True)
class Terkumpul:
    """What `kumpulkan` found: the tables of iki_xl.tables, all findings, and the sheets as read.

    `baris` holds the returns that count, `baris_semua` the others as well.
    """

    baris: pd.DataFrame
    baris_semua: pd.DataFrame
    laporan: pd.DataFrame
    perubahan: pd.DataFrame
    realisasi: pd.DataFrame
    temuan: tuple[Temuan, ...]
    lembar: tuple[LembarIsian, ...]
    berkas_dihitung: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Setoran:
    """A return with its rows, and what is odd across their cells."""

    laporan: Laporan
    baris: tuple[Baris, ...]
    silang: tuple[Temuan, ...]


def kumpulkan(
    files: Sequence[BerkasTerbaca], katalog: Katalog, *, bulan: int | None = None, tolak_konflik: bool = False
) -> Terkumpul:
    """Validate and merge what was read. `bulan` is the month reported to, None when it was not given."""
    sheets = tuple(sheet for item in files for sheet in item.isi.lembar)
    checked, faults = periksa_isian(sheets, katalog.referensi)
    returns = list(_setoran(files, faults, bulan))
    reports = [item.laporan for item in returns]
    choice = pilih_laporan(reports, tolak_konflik=tolak_konflik)
    # what a record says of its own workbook was bounded when it was made
    read = [t for item in files for t in item.isi.temuan]
    across = [*checked, *(t for item in returns for t in item.silang)]
    said = [*read, *choice.temuan, *condense_books(_redakan(across, reports, choice))]
    counted = [reports[n] for n in choice.dihitung]
    said += periksa_nip_ganda([(r.nip, r.lembar.tempat(BARIS_NIP, KOLOM_ISIAN_KEPALA)) for r in counted])
    said += periksa_lebih(counted)
    returns = list(_dengan_pemilik(returns))
    everything = _tabel_baris(returns, katalog)
    return Terkumpul(
        baris=everything[everything["id_laporan"].isin(choice.dihitung)].reset_index(drop=True),
        baris_semua=everything,
        laporan=_tabel_laporan(returns, choice),
        perubahan=_tabel_perubahan(choice.perubahan),
        realisasi=_tabel_realisasi([returns[n] for n in choice.dihitung]),
        temuan=urutkan(_redakan(said, reports, choice)),
        lembar=sheets,
        berkas_dihitung=frozenset(report.lembar.berkas for report in counted),
    )


def _dengan_pemilik(returns: Sequence[_Setoran]) -> Iterator[_Setoran]:
    """The returns under the NIP of the pegawai that each counts for."""
    for item, nip in zip(returns, pemilik([r.laporan for r in returns]), strict=True):
        yield item if nip == item.laporan.nip else replace(item, laporan=replace(item.laporan, nip=nip))


def _setoran(
    files: Sequence[BerkasTerbaca], faults: Mapping[int, frozenset[Sel]], bulan: int | None
) -> Iterator[_Setoran]:
    """The returns among the sheets; `faults` are the cells that pandera refused, by the sheet's index."""
    number = -1
    for item in files:
        for sheet in item.isi.lembar:
            number += 1
            if sheet.terisi:
                yield _satu_setoran(sheet, item, faults.get(number, frozenset()), bulan)


def _satu_setoran(
    sheet: LembarIsian, item: BerkasTerbaca, faults: frozenset[Sel], bulan: int | None
) -> _Setoran:
    invalid = sheet.tidak_sah | faults
    report = Laporan(sheet, item.disimpan, item.waktu_berkas, invalid, sheet.nip)
    rows, crossed = sheet.baris, sheet.silang
    if faults:
        rows = susun_baris(sheet.form, sheet.nilai, invalid)
    if faults or (bulan is not None and _melewati(rows, bulan)):
        crossed = tuple(t for row in rows for t in periksa_silang(row, sheet, bulan))
    return _Setoran(report, rows, crossed)


def _melewati(rows: Sequence[Baris], bulan: int) -> bool:
    """True where a month after the one reported to is filled: only then do the checks depend on it."""
    return any(value is not None for row in rows for value in row.realisasi[bulan:])


def _redakan(said: Sequence[Temuan], reports: Sequence[Laporan], choice: Pilihan) -> Iterator[Temuan]:
    """What was found in a return that another one replaced is kept for the record, as info only."""
    replaced = {(reports[n].lembar.berkas, reports[n].lembar.nama) for n in choice.digantikan}
    for t in said:
        yield replace(t, tingkat=Tingkat.INFO) if (t.berkas, t.lembar) in replaced else t


def _tabel_baris(returns: Sequence[_Setoran], katalog: Katalog) -> pd.DataFrame:
    import pandas as pd

    periods = [kolom_target_periode(p + 1) for p in range(katalog.kantor.rincian_target.jumlah_periode)]
    at = KOLOM_BARIS.index("target") + 1
    columns = [*KOLOM_BARIS[:at], *periods, *KOLOM_BARIS[at:]]
    records = [_catatan_baris(n, row, item.laporan) for n, item in enumerate(returns) for row in item.baris]
    frame = pd.DataFrame.from_records(records, columns=columns)
    numbers = ["target", *periods, *KOLOM_REALISASI]
    frame[numbers] = frame[numbers].astype("float64")
    return frame


def _catatan_baris(number: int, row: Baris, report: Laporan) -> tuple[object, ...]:
    """A row in the order of KOLOM_BARIS, with the sub-period targets behind the target."""
    assert len(row.penjelasan) == len(PENJELASAN)
    sheet = report.lembar
    return (
        number,
        sheet.form.jabatan.id,
        row.id_indikator,
        report.nip,
        report.nama,
        row.satuan,
        row.tipe_perhitungan,
        row.cara_hitung.value if row.cara_hitung else "",
        row.arah,
        row.target,
        *row.target_periode,
        *row.realisasi,
        *row.penjelasan,
        sheet.berkas,
        sheet.nama,
        row.tidak_sah,
        _sel_bulan(sheet, row.id_indikator),
    )


def _sel_bulan(sheet: LembarIsian, row_id: str) -> tuple[str, ...]:
    """Addresses of a row's twelve months in the returned sheet, "" where a cell is gone."""
    row = sheet.letak.baris.get(row_id)
    if row is None:
        return ("",) * len(KOLOM_REALISASI)
    return tuple([f"{column}{row + 1}" if column else "" for column in _huruf_bulan(sheet)])


def _huruf_bulan(sheet: LembarIsian) -> tuple[str, ...]:
    places = sheet.letak.kolom
    return _huruf(tuple([places.get(key) for key in KOLOM_REALISASI]))


@lru_cache(maxsize=1_024)
def _huruf(columns: tuple[int | None, ...]) -> tuple[str, ...]:
    return tuple("" if at is None else alamat(0, at).removesuffix("1") for at in columns)


def _tabel_laporan(returns: Sequence[_Setoran], choice: Pilihan) -> pd.DataFrame:
    import pandas as pd

    reports = [item.laporan for item in returns]
    counted = set(choice.dihitung)
    members: dict[int, list[int]] = {}
    for n in range(len(returns)):
        members.setdefault(choice.digantikan.get(n, n), []).append(n)
    months = [bulan_terisi(item.baris) for item in returns]
    since = {key: lapor_pada((reports[n], months[n]) for n in group) for key, group in members.items()}
    records = [
        (
            n,
            report.lembar.form.jabatan.id,
            report.nip,
            report.nama,
            report.lembar.berkas,
            report.lembar.nama,
            teks_saat(report.disimpan),
            n in counted,
            choice.sebab.get(n, ""),
            since[choice.digantikan.get(n, n)],
        )
        for n, report in enumerate(reports)
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
        change.dihitung.sebutan,
    )


def _tabel_realisasi(counted: Sequence[_Setoran]) -> pd.DataFrame:
    import pandas as pd

    records = [fact for item in counted for row in item.baris for fact in _fakta(row, item.laporan)]
    return pd.DataFrame.from_records(records, columns=list(KOLOM_CSV_REALISASI))


def _fakta(row: Baris, report: Laporan) -> Iterator[tuple[object, ...]]:
    sheet = report.lembar
    for month, value in enumerate(row.realisasi, start=1):
        if value is not None:
            yield (
                sheet.form.jabatan.id,
                row.id_indikator,
                report.nip,
                month,
                value,
                row.satuan,
                row.tipe_perhitungan,
                row.target,
                sheet.berkas,
                sheet.nama,
                sheet.alamat(row.id_indikator, KOLOM_REALISASI[month - 1]),
            )
