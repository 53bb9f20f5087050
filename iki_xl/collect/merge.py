"""Everything that came back -> the tables the other stages use: read, cast, checked, chosen, merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.collect.choose import Entri, Laporan, Pilihan, pilih_laporan
from iki_xl.collect.crosschecks import periksa_nip_ganda, periksa_silang
from iki_xl.collect.schema import periksa_isian, sel_tidak_sah
from iki_xl.collect.sheets import kenali_buku
from iki_xl.collect.table import Isian, satuan_baris, susun_isian
from iki_xl.findings import Temuan, Tingkat, urutkan
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP, jabatan_forms
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA
from iki_xl.tables import (
    KOLOM_BARIS,
    KOLOM_CSV_REALISASI,
    KOLOM_LAPORAN,
    KOLOM_REALISASI,
    kolom_target_periode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import CaraHitung, Indikator, Katalog
    from iki_xl.collect.files import BerkasTerbaca
    from iki_xl.collect.returned import LembarIsian, Sel

_PENJELASAN = ("kendala", "tindak_lanjut", "bukti_dukung")


@dataclass(frozen=True, slots=True)
class Baris:
    """One return's row of one indikator, with what counts: the catalogue's words, the valid entries."""

    id_laporan: int
    id_indikator: str
    satuan: str
    tipe_perhitungan: str
    cara_hitung: CaraHitung | None
    arah: str
    target: float | None
    target_periode: tuple[float | None, ...]
    realisasi: tuple[float | None, ...]
    penjelasan: tuple[str, ...]
    tidak_sah: tuple[str, ...]


@dataclass(frozen=True)
class Terkumpul:
    """What `kumpulkan` found: the tables of iki_xl.tables, all findings, and the sheets as read.

    `baris` holds the returns that count, `baris_semua` the others as well.
    """

    baris: pd.DataFrame
    baris_semua: pd.DataFrame
    laporan: pd.DataFrame
    realisasi: pd.DataFrame
    temuan: tuple[Temuan, ...]
    isian: Isian
    berkas_dihitung: frozenset[str]


def kumpulkan(
    files: Sequence[BerkasTerbaca], katalog: Katalog, *, bulan: int | None = None, tolak_konflik: bool = False
) -> Terkumpul:
    """Validate and merge what was read. `bulan` is the month reported to, None when it was not given."""
    sheets, said = _kenali_semua(files, katalog)
    isian = susun_isian(sheets)
    checked = periksa_isian(isian, katalog.referensi)
    said += [*isian.temuan, *checked]
    invalid = sel_tidak_sah(said, isian)
    reports = _laporan(isian, invalid, {f.nama: f for f in files})
    choice = pilih_laporan([report for _, report in reports], tolak_konflik=tolak_konflik)
    said += choice.temuan
    counted = [reports[i][0] for i in choice.dihitung]
    rows = {
        number: [_baris(n, i, isian, number, invalid[number]) for i in sheets[number].form.indikator]
        for n, (number, _) in enumerate(reports)
    }
    for number, items in rows.items():
        for row in items:
            said += periksa_silang(row, sheets[number], bulan)
    by_number = dict(reports)
    said += periksa_nip_ganda(
        [(by_number[n].nip, sheets[n].tempat(BARIS_NIP, KOLOM_ISIAN_KEPALA)) for n in counted]
    )
    accepted = [(row, by_number[number]) for number in counted for row in rows[number]]
    everything = [(row, by_number[number]) for number in rows for row in rows[number]]
    return Terkumpul(
        baris=_tabel_baris(accepted, katalog),
        baris_semua=_tabel_baris(everything, katalog),
        laporan=_tabel_laporan(reports, choice),
        realisasi=_tabel_realisasi(accepted),
        temuan=urutkan(_redakan(said, reports, choice)),
        isian=isian,
        berkas_dihitung=frozenset(sheets[n].berkas for n in counted),
    )


def _redakan(
    said: Sequence[Temuan], reports: Sequence[tuple[int, Laporan]], choice: Pilihan
) -> Iterator[Temuan]:
    """What was found in a return that another one replaced is kept for the record, as info only."""
    replaced = {
        (report.lembar.berkas, report.lembar.nama)
        for n, (_, report) in enumerate(reports)
        if n in choice.digantikan
    }
    for t in said:
        yield replace(t, tingkat=Tingkat.INFO) if (t.berkas, t.lembar) in replaced else t


def _kenali_semua(files: Sequence[BerkasTerbaca], katalog: Katalog) -> tuple[list[LembarIsian], list[Temuan]]:
    forms = {form.jabatan.id: form for form in jabatan_forms(katalog)}
    sheets: list[LembarIsian] = []
    said: list[Temuan] = []
    for item in files:
        known, words = kenali_buku(item.nama, item.buku, katalog, forms)
        sheets += known
        said += words
    return sheets, said


def _laporan(
    isian: Isian, invalid: Sequence[frozenset[Sel]], files: Mapping[str, BerkasTerbaca]
) -> list[tuple[int, Laporan]]:
    """The returns among the sheets, with each sheet's index."""
    reports = []
    for number, sheet in enumerate(isian.lembar):
        if not sheet.terisi:
            continue
        values = isian.nilai[number]
        file = files[sheet.berkas]
        report = Laporan(
            sheet,
            str(values.get((BARIS_NIP, KOLOM_ISIAN_KEPALA), "")),
            str(values.get((BARIS_NAMA, KOLOM_ISIAN_KEPALA), "")),
            file.disimpan,
            file.waktu_berkas,
            _entri(sheet, values, invalid[number]),
        )
        reports.append((number, report))
    return reports


def _entri(
    sheet: LembarIsian, values: Mapping[Sel, float | str], invalid: frozenset[Sel]
) -> dict[Sel, Entri]:
    """What was entered, by cell; what was typed only to say "nothing yet" ("-") is no entry."""
    return {
        sel: Entri(values.get(sel, cell.tertulis), cell.tertulis, sel not in invalid)
        for cell in sheet.masukan()
        if (sel := (cell.baris, cell.kolom)) in values or (sel in invalid and cell.tertulis)
    }


def _baris(id_laporan: int, item: Indikator, isian: Isian, number: int, invalid: frozenset[Sel]) -> Baris:
    sheet, values = isian.lembar[number], isian.nilai[number]
    fixed = sheet.form.nilai_tetap

    def value(key: str) -> float | str | None:
        if (item.id, key) in fixed:
            return fixed[item.id, key]
        return None if (item.id, key) in invalid else values.get((item.id, key))

    def number_of(key: str) -> float | None:
        found = value(key)
        return float(found) if isinstance(found, (int, float)) else None

    tipe = sheet.form.katalog.referensi.cari_tipe(str(value("tipe_perhitungan") or ""))
    periods = range(1, sheet.form.katalog.kantor.rincian_target.jumlah_periode + 1)
    return Baris(
        id_laporan=id_laporan,
        id_indikator=item.id,
        satuan=satuan_baris(sheet, item.id),
        tipe_perhitungan=tipe.nama if tipe else "",
        cara_hitung=tipe.cara_hitung if tipe else None,
        arah=item.arah.value,
        target=number_of("target"),
        target_periode=tuple(number_of(kolom_target_periode(p)) for p in periods),
        realisasi=tuple(number_of(key) for key in KOLOM_REALISASI),
        penjelasan=tuple(str(value(key) or "") for key in _PENJELASAN),
        tidak_sah=tuple(sorted(key for row_id, key in invalid if row_id == item.id)),
    )


def _tabel_baris(accepted: Sequence[tuple[Baris, Laporan]], katalog: Katalog) -> pd.DataFrame:
    import pandas as pd

    periods = [kolom_target_periode(p + 1) for p in range(katalog.kantor.rincian_target.jumlah_periode)]
    at = KOLOM_BARIS.index("target") + 1
    columns = [*KOLOM_BARIS[:at], *periods, *KOLOM_BARIS[at:]]
    frame = pd.DataFrame.from_records(
        [_catatan_baris(row, report) for row, report in accepted], columns=columns
    )
    numbers = ["target", *periods, *KOLOM_REALISASI]
    frame[numbers] = frame[numbers].astype("float64")
    return frame


def _catatan_baris(row: Baris, report: Laporan) -> dict[str, object]:
    return {
        "id_laporan": row.id_laporan,
        "id_jabatan": report.lembar.form.jabatan.id,
        "id_indikator": row.id_indikator,
        "nip": report.nip,
        "nama": report.nama,
        "satuan": row.satuan,
        "tipe_perhitungan": row.tipe_perhitungan,
        "cara_hitung": row.cara_hitung.value if row.cara_hitung else "",
        "arah": row.arah,
        "target": row.target,
        **{kolom_target_periode(n): v for n, v in enumerate(row.target_periode, start=1)},
        **dict(zip(KOLOM_REALISASI, row.realisasi, strict=True)),
        **dict(zip(_PENJELASAN, row.penjelasan, strict=True)),
        "berkas": report.lembar.berkas,
        "lembar": report.lembar.nama,
        "tidak_sah": row.tidak_sah,
    }


def _tabel_laporan(reports: Sequence[tuple[int, Laporan]], choice: Pilihan) -> pd.DataFrame:
    import pandas as pd

    counted = set(choice.dihitung)
    records = [
        (
            n,
            report.lembar.form.jabatan.id,
            report.nip,
            report.nama,
            report.lembar.berkas,
            report.lembar.nama,
            report.disimpan.strftime("%Y-%m-%d %H:%M"),
            n in counted,
            choice.sebab.get(n, ""),
        )
        for n, (_, report) in enumerate(reports)
    ]
    return pd.DataFrame.from_records(records, columns=list(KOLOM_LAPORAN))


def _tabel_realisasi(accepted: Sequence[tuple[Baris, Laporan]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame.from_records(list(_fakta(accepted)), columns=list(KOLOM_CSV_REALISASI))


def _fakta(accepted: Sequence[tuple[Baris, Laporan]]) -> Iterator[tuple[object, ...]]:
    for row, report in accepted:
        for month, value in enumerate(row.realisasi, start=1):
            if value is not None:
                sheet = report.lembar
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
                    sheet.tempat(row.id_indikator, KOLOM_REALISASI[month - 1]).sel,
                )
