"""The recap opened again: its sheets, its formulas against their cached values, and hostile texts."""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from libreoffice import available, recalculate

from iki_xl.catalog import (
    BULAN,
    Arah,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    Referensi,
    RincianTarget,
    Sebaran,
    Signatory,
    SkalaStep,
    TipePerhitungan,
)
from iki_xl.catalog.model import DEFAULT_TIPE, CaraHitung
from iki_xl.catalog.samples import read_office
from iki_xl.findings import TEMUAN_COLUMNS, Level, Temuan, temuan_record
from iki_xl.measures import compute_mean, measure_each_bulan
from iki_xl.recap import RecapContent, layout, page_layout, rekap_xlsx
from iki_xl.recap.sheets import month_sheets, not_reported, rekap_indikator, source_sheet, temuan_sheet
from iki_xl.recap.tables_walked import make_empty_table
from iki_xl.reporters import list_reporters
from iki_xl.tables import (
    CELL_COLUMNS,
    FILE_COLUMNS,
    REALISASI_COLUMNS,
    REPORTED_COLUMNS,
    RETURN_COLUMNS,
    ROW_COLUMNS,
    SHEET_COLUMNS,
    SOURCE_COLUMNS,
    name_period_target_column,
    name_realisasi_column,
    split_columns,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

REFERENSI = Referensi(tipe=(*DEFAULT_TIPE, TipePerhitungan("Rata-rata", CaraHitung.MEAN)))
CARA_HITUNG = {tipe.nama: tipe.cara_hitung.value for tipe in REFERENSI.tipe} | {"": ""}
KANTOR = Kantor(
    nama="Dinas Pemberdayaan Masyarakat dan Desa",
    pemda="Kabupaten Contoh",
    tahun=2024,
    decree_number="188.4/12/2024",
    place="Contoh",
    signatory=Signatory(
        jabatan="Kepala Dinas Pemberdayaan Masyarakat dan Desa",
        nama="Dra. Siti Contoh, M.Si.",
        pangkat_golongan="Pembina Utama Muda, IV/c",
        nip="196801011993032001",
    ),
)
JABATAN_NAMES = (
    ("J00", "", "Kepala Dinas"),
    ("J01", "J00", "Sekretaris"),
    ("J02", "J01", "Kepala Sub Bagian Umum dan Kepegawaian"),
    ("J03", "J02", "Pengadministrasi Kepegawaian"),
    ("J04", "J00", "Kepala Bidang Pemberdayaan Ekonomi Desa"),
    ("J05", "J04", "Seksi Bina Sarana, Prasarana dan Lembaga Perekonomian Desa"),
    ("J06", "J04", "Seksi Pengembangan Kawasan Perdesaan dan Teknologi Tepat Guna"),
    ("J07", "J06", "Analis Teknologi Tepat Guna"),
    ("J08", "J00", "Kepala Bidang Pemerintahan Desa"),
    ("J09", "J08", "Seksi Bina Keuangan dan Aset Desa"),
    ("J10", "J08", "Pengelola Data Desa"),
    ("J11", "J08", "Pramu Kebersihan"),
)
LONG_INDIKATOR = (
    "Persentase pemerintahan desa dan lembaga/kelompok masyarakat yang berperan aktif dalam pengelolaan "
    "sumber daya alam, teknologi tepat guna dan ekonomi perdesaan"
)
INDIKATOR_NAMES = (
    (LONG_INDIKATOR, "Persentase", "Kumulatif", 20),
    ("Jumlah desa yang menyusun laporan penyelenggaraan tepat waktu", "Desa", "Non Kumulatif", 354),
    ("Jumlah pelanggaran disiplin", "Kali", "Non Kumulatif", 0),
    ("Nilai anggaran pembinaan lembaga ekonomi desa yang terserap", "Rupiah", "Kumulatif", 1_250_000_000),
    ("Rata-rata nilai kepuasan layanan administrasi kepegawaian", "Nilai", "Rata-rata", 85.5),
    ("Jumlah dokumen rencana kerja yang disusun sesuai pedoman", "Dokumen", "Kumulatif", 12),
)
THIS_BULAN = 9


def make_sample_katalog(rincian: RincianTarget = RincianTarget.YEARLY) -> Katalog:
    """Twelve jabatan, forty indikator; J11 has none, J10 is held by three people, J05 by one."""
    owners = [JABATAN_NAMES[at % 11][0] for at in range(40)]
    count = dict.fromkeys(owners, 0)
    items = []
    for at, owner in enumerate(sorted(owners)):
        count[owner] += 1
        text, satuan, tipe, target = INDIKATOR_NAMES[at % len(INDIKATOR_NAMES)]
        arah = Arah.MINIMAL if "pelanggaran" in text else Arah.MAXIMAL
        periods = rincian.period_count
        items.append(
            Indikator(
                id=f"{owner}-{count[owner]:02d}",
                id_jabatan=owner,
                sasaran="Meningkatnya keberdayaan masyarakat dan kapasitas pemerintahan desa",
                indikator=text,
                satuan=satuan,
                tipe_perhitungan=tipe,
                arah=arah,
                target=float(target),
                period_targets=(float(target) / max(periods, 1),) * periods,
            )
        )
    people = (
        Pegawai("197503122006041001", "Asep Sunandar", "J05"),
        *(Pegawai(f"19800{n}012010011002", f"Pegawai Contoh {n}", "J10") for n in (1, 2, 3)),
    )
    return Katalog(
        kantor=replace(KANTOR, rincian_target=rincian),
        jabatan=tuple(Jabatan(key, name, superior) for key, superior, name in JABATAN_NAMES),
        pegawai=people,
        indikator=tuple(items),
        referensi=REFERENSI,
    )


@dataclass(frozen=True)
class MadeReturn:
    """A made-up return: which jabatan, whose."""

    id_jabatan: str
    nip: str = ""
    nama: str = ""
    counted: bool = True


RETURNS = (
    *(MadeReturn(key, nama=f"Nama {key}") for key in ("J00", "J01", "J02", "J04", "J06", "J07", "J09")),
    MadeReturn("J05", "197503122006041001", "Asep Sunandar"),
    MadeReturn("J10", "198001012010011002", "Pegawai Contoh 1"),
    MadeReturn("J10", "198002012010011002", "Pegawai Contoh 2"),
    MadeReturn("J08", nama="Nama J08", counted=False),
)


def make_sample_rows(katalog: Katalog, returns: tuple[MadeReturn, ...]) -> pd.DataFrame:
    """Rows with full, sparse, zero, invalid and empty months, by the row's own number."""
    periods = [name_period_target_column(p) for p in range(1, katalog.kantor.rincian_target.period_count + 1)]
    rows: list[dict[str, object]] = []
    for number, report in enumerate(returns):
        if not report.counted:
            continue
        for item in katalog.list_indikator(report.id_jabatan):
            at = len(rows)
            rows.append(
                {
                    "id_laporan": f"L{number:03d}",
                    "id_jabatan": item.id_jabatan,
                    "id_indikator": item.id,
                    "nip": report.nip,
                    "nama": report.nama,
                    "satuan": item.satuan,
                    "tipe_perhitungan": item.tipe_perhitungan,
                    "cara_hitung": CARA_HITUNG[item.tipe_perhitungan],
                    "arah": item.arah.value,
                    "target": item.target,
                    **dict(zip(periods, item.period_targets, strict=True)),
                    **make_sample_months(item, at),
                    "kendala": "Anggaran baru tersedia pada triwulan II dan sebagian desa belum menyampaikan "
                    "data pendukung" if at % 4 == 0 else "",
                    "tindak_lanjut": "Percepatan verifikasi bersama kecamatan" if at % 4 == 0 else "",
                    "bukti_dukung": "BA dan foto kegiatan" if at % 3 == 0 else "",
                    "berkas": f"iki-{item.id_jabatan.lower()}.xlsx",
                    "lembar": item.id_jabatan,
                    "tidak_sah": "",
                    **dict.fromkeys(FILE_COLUMNS, f"iki-{item.id_jabatan.lower()}.xlsx"),
                    **dict.fromkeys(SHEET_COLUMNS, item.id_jabatan),
                    **{
                        key: f"{letter}{9 + at}"
                        for key, letter in zip(CELL_COLUMNS, "LMNOPQRSTUVW", strict=True)
                    },
                }
            )  # fmt: skip
            spoil_row(rows[-1], at)
    return pd.DataFrame(rows, columns=[*ROW_COLUMNS, *periods])


def make_spread_content(bulan: int) -> RecapContent:
    """Rows with every sebaran, whatever their tipe, measured at a month."""
    katalog = make_sample_katalog()
    ways = (Sebaran.EVEN, Sebaran.YEAR_END, Sebaran.EVEN, Sebaran.UNSAID)
    items = (replace(item, sebaran=ways[at % len(ways)]) for at, item in enumerate(katalog.indikator))
    return make_sample_content(replace(katalog, indikator=tuple(items)), bulan=bulan)


def make_sample_months(item: Indikator, at: int) -> dict[str, float]:
    """Months of a row; the shares spread the capaian over the whole skala, 1/3 makes long fractions."""
    share = (1.05, 0.95, 0.8, 0.7, 0.55, 0.3, 1 / 3)[at % 7]
    months = range(1, 13) if at % 11 == 10 else range(1 + at % 3, THIS_BULAN + 1, 1 + at % 3)
    whole = share * (item.target or 0)
    values = dict.fromkeys(REALISASI_COLUMNS, math.nan)
    for month in months:
        added = CARA_HITUNG[item.tipe_perhitungan] == "jumlah"
        value = whole / len(months) if added else whole * month / max(months)
        values[name_realisasi_column(month)] = round(value, 2) if item.target else float(at % 2)
    return values


def spoil_row(row: dict[str, object], at: int) -> None:
    """What staff leave behind: an invalid cell, a blank target, a blank tipe, nothing at all."""
    if at % 9 == 4:
        row |= {name_realisasi_column(2): math.nan, "tidak_sah": name_realisasi_column(2)}
    if at % 13 == 6:
        row |= {"target": math.nan}
    if at % 13 == 8:
        row |= {"tipe_perhitungan": "", "cara_hitung": ""}
    if at % 13 == 11:
        row |= dict.fromkeys(REALISASI_COLUMNS, math.nan)
    if at % 13 == 12:
        row |= {"target": math.nan, "tidak_sah": "target"}
    if at % 17 == 3:
        row |= {"arah": "Maksimal", "target": 0.0}


def make_sample_returns(returns: tuple[MadeReturn, ...]) -> pd.DataFrame:
    rows = [
        {
            "id_laporan": f"L{at:03d}",
            "id_jabatan": report.id_jabatan,
            "nip": report.nip,
            "nama": report.nama,
            "berkas": f"iki-{report.id_jabatan.lower()}.xlsx",
            "lembar": report.id_jabatan,
            "disimpan": "2024-10-03 08:15",
            "dihitung": report.counted,
            "sebab": "" if report.counted else "Ada laporan lain yang lebih baru dari jabatan ini.",
            "terisi": " ".join(map(str, range(1, 13))),
            **dict.fromkeys(REPORTED_COLUMNS, ""),
        }
        for at, report in enumerate(returns)
    ]
    return pd.DataFrame(rows, columns=list(RETURN_COLUMNS))


TEMUAN = (
    Temuan("B07", Level.GALAT, "iki-j04.xlsx", "J04", "K12", "J04", "J04-02", "dua belas",
           "“dua belas” bukan angka yang sah untuk realisasi Februari.", "Ketik angkanya saja, misalnya 12."),
    Temuan("B02", Level.PERINGATAN, "iki-j06.xlsx", "J06", "L9", "J06", "J06-01", "1.250",
           "“1.250” dibaca 1250; bila maksudnya satu koma dua lima, ketik 1,25.", "Ketik ulang tanpa titik."),
)  # fmt: skip


def make_sample_content(
    katalog: Katalog | None = None, returns: tuple[MadeReturn, ...] = RETURNS, bulan: int = THIS_BULAN
) -> RecapContent:
    katalog = katalog or make_sample_katalog()
    rows = make_sample_rows(katalog, returns)
    return RecapContent(
        katalog=katalog,
        bulan=bulan,
        rows=rows,
        capaian_per_bulan=measure_each_bulan(rows, katalog, bulan),
        returns=make_sample_returns(returns),
        temuan=TEMUAN if returns else (),
        sources=make_sample_returns(returns).assign(sha256="0" * 64)[list(SOURCE_COLUMNS)],
    )


def open_recap(recap_content: RecapContent) -> Workbook:
    """The recap as viewers see it that do not calculate: cached values."""
    return openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)), data_only=True)


def read_data_rows(sheet: Worksheet, recap_sheet: layout.RecapSheet) -> list[dict[str, object]]:
    """The data rows of a sheet by column key."""
    rows = sheet.iter_rows(
        min_row=recap_sheet.find_row(0) + 1, max_col=len(recap_sheet.columns), values_only=True
    )
    return [dict(zip((k.key for k in recap_sheet.columns), row, strict=True)) for row in rows]


def join_texts(sheet: Worksheet) -> str:
    return "\n".join(str(v) for row in sheet.iter_rows(values_only=True) for v in row if v is not None)


REKAP = rekap_indikator.rekap_sheet(RincianTarget.YEARLY, THIS_BULAN)


def test_sheets_in_reading_order():
    first = ["Ringkasan", "Rekap Unit", "Rekap Jabatan", "Rekap Indikator"]
    last = ["Belum Lapor", "Temuan", "Kendala", "Perubahan", "Sumber"]
    assert open_recap(make_sample_content()).sheetnames == [*first, *BULAN, *last]


def test_the_table_holds_what_was_measured():
    recap_content = make_sample_content()
    rows = {
        (r["id_indikator"], r["nip"] or ""): r
        for r in read_data_rows(open_recap(recap_content)["Rekap Indikator"], REKAP)
    }
    assert len(rows) == len(recap_content.rows)
    for figures in recap_content.capaian_per_bulan[THIS_BULAN].to_dict("records"):
        row = rows[figures["id_indikator"], figures["nip"]]
        for key in ("target_sd", "realisasi_sd", "capaian_mentah", "capaian"):
            expected = None if math.isnan(figures[key]) else figures[key]
            assert row[key] == expected, (row["id_indikator"], key)
        assert row["skala"] == (figures["skala"] or figures["status"])
        assert row["bulan_terisi"] == figures["bulan_terisi"]


def test_a_sebaran_is_followed_and_named():
    """Target to date, word and Keterangan on both tables; a sentence and a tile on the first page."""
    recap_content = make_spread_content(THIS_BULAN)
    book = open_recap(recap_content)
    katalog, seen = recap_content.katalog, set()
    june = month_sheets.bulan_sheet(6)
    for month, sheet in ((THIS_BULAN, REKAP), (6, june)):
        for row in read_data_rows(book[sheet.nama], sheet):
            item = katalog.indikator_by_id[row["id_indikator"]]
            said = row["keterangan"] or ""
            if row["realisasi_sd"] in {None, ""} or "tidak sah" in said:
                continue
            tipe = katalog.referensi.find_tipe(item.tipe_perhitungan)
            added = tipe.cara_hitung is CaraHitung.TOTAL
            assert ("target dibagi rata per bulan" in said) == (item.sebaran is Sebaran.EVEN and added)
            assert (row["skala"] == "dinilai akhir tahun") == (item.sebaran is Sebaran.YEAR_END)
            if item.sebaran is Sebaran.YEAR_END:
                assert (row["target_sd"], row["capaian"]) == (None, None)
                seen.add("akhir")
            elif item.sebaran is Sebaran.EVEN and added and row["target_sd"]:
                assert row["target_sd"] == item.target * month / 12
                assert "target belum lengkap" not in said
                seen.add("rata")
    assert seen == {"akhir", "rata"}
    page = join_texts(book["Ringkasan"])
    assert re.search(r"\d+ indikator memakai target yang dibagi rata menurut bulan \(pilihan kantor\)", page)
    assert re.search(r"\d+ indikator dinilai akhir tahun \(pilihan kantor\)", page)
    assert "\npilihan kantor" in page  # the tile
    assert "pilihan kantor" not in join_texts(open_recap(make_sample_content())["Ringkasan"])
    at_december = open_recap(make_spread_content(12))
    words = {row["skala"] for row in read_data_rows(at_december["Desember"], month_sheets.bulan_sheet(12))}
    assert "dinilai akhir tahun" not in words


def test_blank_zero_and_invalid_are_three_different_things():
    recap_content = make_sample_content()
    shown = read_data_rows(open_recap(recap_content)["Rekap Indikator"], REKAP)
    by_key = {(r["id_indikator"], r["nip"] or ""): r for r in shown}
    seen = set()
    for row in recap_content.rows.to_dict("records"):
        cell = by_key[row["id_indikator"], row["nip"]]
        for key in REALISASI_COLUMNS:
            if key in split_columns(row["tidak_sah"]):
                assert cell[key] == "tidak sah"
                seen.add("tidak sah")
            elif math.isnan(row[key]):
                assert cell[key] is None
                seen.add("kosong")
            else:
                assert cell[key] == row[key]
                seen.add("nol" if row[key] == 0 else "angka")
    assert seen == {"tidak sah", "kosong", "nol", "angka"}


def test_first_page_has_the_headline_figures():
    recap_content = make_sample_content()
    measured = recap_content.capaian_per_bulan[THIS_BULAN]
    mean = compute_mean(measured["capaian"])
    waiting = len(recap_content.katalog.list_indikator("J03")) + len(
        recap_content.katalog.list_indikator("J08")
    )
    waiting += len(recap_content.katalog.list_indikator("J10"))  # the third pegawai of J10
    sheet = open_recap(recap_content)["Ringkasan"]
    values = {v for row in sheet.iter_rows(values_only=True) for v in row if v is not None}
    text = join_texts(sheet)
    assert {10, mean.value, int((measured["bulan_terisi"] > 0).sum())} <= values
    assert "dari 13 pelapor (3 belum sama sekali)" in text
    assert f"dari {len(measured) + waiting} indikator" in text
    assert f"n = {mean.n} indikator; {mean.without_value + waiting} tanpa nilai" in text
    for sentence in ("terhadap target tahunan", "90,99", "bukan predikat kinerja pegawai", "bukan 0", "120"):
        assert sentence in text
    assert "Dra. Siti Contoh, M.Si." in text
    assert "NIP 196801011993032001" in text
    assert "Kepala Bidang Pemerintahan Desa" in text


def test_months_say_what_is_late_stale_invalid_or_missing():
    book = open_recap(make_sample_content())
    notes = "\n".join(
        str(r["keterangan"]) for r in read_data_rows(book["September"], month_sheets.bulan_sheet(9))
    )
    for word in ("belum lapor", "basi: posisi bulan Agustus", "tipe perhitungan belum diisi",
                 "target tidak sah", "target belum lengkap", "target 0, realisasi lebih dari 0"):  # fmt: skip
        assert word in notes
    february = read_data_rows(book["Februari"], month_sheets.bulan_sheet(2))
    invalid = [r for r in february if r["realisasi"] == "tidak sah"]
    assert invalid
    assert all("tidak sah" in str(r["keterangan"]) for r in invalid)


def test_months_after_the_month_reported_to_say_so_and_have_no_figure():
    sheet = open_recap(make_sample_content())["Oktober"]
    rows = read_data_rows(sheet, month_sheets.bulan_sheet(10))
    assert "Setelah bulan laporan (September 2024)" in join_texts(sheet)
    assert all(r["capaian"] is None and r["realisasi_sd"] is None for r in rows)
    assert any(r["realisasi"] is not None and "tidak dihitung" in str(r["keterangan"]) for r in rows)


def test_every_month_lists_the_indikator_of_those_who_have_not_reported():
    recap_content = make_sample_content()
    book = open_recap(recap_content)
    for month in range(1, 13):
        ids = [
            r["id_indikator"] for r in read_data_rows(book[BULAN[month - 1]], month_sheets.bulan_sheet(month))
        ]
        assert set(ids) == set(recap_content.katalog.indikator_by_id)


def test_who_has_not_reported():
    sheet = open_recap(make_sample_content())["Belum Lapor"]
    text = join_texts(sheet)
    rows = read_data_rows(sheet, not_reported.NOT_REPORTED_SHEET)
    assert [r["id_jabatan"] for r in rows[:3]] == ["J03", "J08", "J10"]
    assert [r["keadaan"] for r in rows[:3]] == ["belum sama sekali"] * 3
    assert rows[2]["nama"] == "Pegawai Contoh 3"
    assert rows[2]["keterangan"] == "2 dari 3 pegawai sudah melapor"
    assert "belum mempunyai indikator" in text
    assert "Pramu Kebersihan" in text


def test_the_only_pegawai_has_reported_whoever_signed():
    """J05 has one pegawai; an acting official sent the return under another NIP."""
    returns = make_sample_returns((MadeReturn("J05", "199001012015031001", "Plt"),))
    people = list_reporters(make_sample_katalog(), returns, make_empty_table(SOURCE_COLUMNS), THIS_BULAN)
    assert [p.has_reported for p in people if p.jabatan.id == "J05"] == [True]


def test_findings_and_sources_are_there_in_full():
    book = open_recap(make_sample_content())
    assert [
        {name: r[name] for name in TEMUAN_COLUMNS.values()}
        for r in read_data_rows(book["Temuan"], temuan_sheet.TEMUAN)
    ] == [temuan_record(t) for t in TEMUAN]
    sources = read_data_rows(book["Sumber"], source_sheet.sources_sheet("UTC"))
    assert [r["dihitung"] for r in sources] == ["ya"] * 10 + ["tidak"]


def test_nip_is_text():
    rows = read_data_rows(open_recap(make_sample_content())["Rekap Indikator"], REKAP)
    assert "197503122006041001" in {r["nip"] for r in rows}


HOSTILE = (
    "=1+1", "+62 812", "-5", "@SUM(A1)", "http://contoh.go.id", "mailto:a@b.c", "{=1}", "0012", "1e5",
    "\u202eterbalik\u202c", "😀 emoji", "<b>&amp;</b>", '"kutip" \'satu\'', "_x0041_", "  tepi  ",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_stays_text(text: str):
    recap_content = make_sample_content()
    rows = recap_content.rows.assign(kendala=text, nama=text, satuan=text, berkas=text)
    kantor = replace(recap_content.katalog.kantor, nama=text, pemda=text)
    jabatan = tuple(replace(j, nama=text) for j in recap_content.katalog.jabatan)
    katalog = replace(recap_content.katalog, kantor=kantor, jabatan=jabatan)
    temuan = (replace(TEMUAN[0], value=text, file=text),)
    content = rekap_xlsx(replace(recap_content, katalog=katalog, rows=rows, temuan=temuan))
    book = openpyxl.load_workbook(BytesIO(content))
    links = [link for sheet in book for link in sheet._hyperlinks]
    assert {link.location.rpartition("!")[0].strip("'") for link in links} <= set(book.sheetnames)
    assert not any(link.target or link.id for link in links)
    cells = {k.key: at + 1 for at, k in enumerate(REKAP.columns)}
    for key in ("kendala", "nama", "satuan", "berkas", "jabatan"):
        cell = book["Rekap Indikator"].cell(REKAP.find_row(0) + 1, cells[key])
        assert cell.data_type == "s"
        assert cell.value == text
    with zipfile.ZipFile(BytesIO(content)) as archive:
        relations = b"".join(archive.read(n) for n in archive.namelist() if "sheets/_rels/" in n)
    assert b"hyperlink" not in relations
    assert b"External" not in relations


def test_every_formula_has_a_cached_value():
    with zipfile.ZipFile(BytesIO(rekap_xlsx(make_sample_content()))) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    formulas = sum(text.count("<f>") for text in sheets)
    assert formulas > 500
    assert formulas == sum(len(re.findall(r"</f><v>[^<]*</v></c>", text)) for text in sheets)


FUNGSI = frozenset(
    re.findall(
        "[A-Z]+",
        "IF COUNT COUNTA SUM AVERAGE INDEX SUMPRODUCT MAX MIN ISNUMBER COLUMN ROW ROUND EXACT NA HYPERLINK "
        "COUNTIF COUNTIFS SUMIF AVERAGEIF IFERROR",
    )
)


def test_only_functions_that_old_programs_know():
    """Excel 2010, LibreOffice and WPS; a newer function would stand outside this list."""
    with zipfile.ZipFile(BytesIO(rekap_xlsx(make_sample_content()))) as archive:
        text = "".join(archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n)
    formulas = "\n".join(re.findall(r"<f>(.*?)</f>", text))
    assert set(re.findall(r"[A-Za-z_.]+(?=\()", formulas)) == FUNGSI


def test_same_input_same_bytes():
    assert rekap_xlsx(make_sample_content()) == rekap_xlsx(make_sample_content())


def test_every_sheet_is_set_up_for_printing_on_f4():
    book = openpyxl.load_workbook(BytesIO(rekap_xlsx(make_sample_content())))
    for sheet in book:
        first = sheet.title == page_layout.RINGKASAN
        assert str(sheet.page_setup.paperSize) == "14"
        assert sheet.page_setup.orientation == ("portrait" if first else "landscape")
        assert "&P dari &N" in f"&{sheet.oddFooter.right.text}".replace("&[Page]", "&P").replace(
            "&[Pages]", "&N"
        )
        assert first or sheet.print_title_rows
        assert first or sheet.auto_filter.ref
        assert first or sheet.freeze_panes
    assert book.properties.creator == KANTOR.nama
    assert "September 2024" in book.properties.title


def make_empty_content() -> list[tuple[str, RecapContent]]:
    without = replace(make_sample_katalog(), jabatan=(), pegawai=(), indikator=())
    nothing = make_sample_content()
    blank = nothing.rows.assign(**dict.fromkeys(REALISASI_COLUMNS, math.nan), target=math.nan)
    katalog = nothing.katalog
    return [
        ("tanpa laporan", make_sample_content(returns=())),
        ("tanpa jabatan", make_sample_content(without, returns=())),
        (
            "tanpa angka",
            replace(nothing, rows=blank, capaian_per_bulan=measure_each_bulan(blank, katalog, THIS_BULAN)),
        ),
        ("satu laporan, Januari", make_sample_content(returns=RETURNS[:1], bulan=1)),
        ("bulan terakhir", make_sample_content(bulan=12)),
    ]


@pytest.mark.parametrize(
    "recap_content", [pytest.param(recap_content, id=name) for name, recap_content in make_empty_content()]
)
def test_little_or_nothing_to_show(recap_content: RecapContent):
    book = open_recap(recap_content)
    said = "Belum ada laporan yang dihitung" in join_texts(book["Ringkasan"])
    assert said == recap_content.rows.empty
    assert len(book.sheetnames) == 21


def test_rows_may_come_in_any_order_and_index():
    recap_content = make_sample_content()
    shuffled = recap_content.rows.sample(frac=1, random_state=3)
    shuffled.index = [f"b{at}" for at in range(len(shuffled))]
    other = replace(
        recap_content,
        rows=shuffled,
        capaian_per_bulan=measure_each_bulan(shuffled, recap_content.katalog, THIS_BULAN),
    )
    ids = [
        [r["id_indikator"] for r in read_data_rows(open_recap(one)["Rekap Indikator"], REKAP)[:20]]
        for one in (recap_content, other)
    ]
    assert ids[0] == ids[1]


def test_a_wide_table_is_shared_out_over_pages_in_whole_groups():
    recap_sheet = rekap_indikator.rekap_sheet(RincianTarget.MONTHLY, 12)
    breaks, widest = layout.split_pages(recap_sheet, 160)
    groups = [k.group for k in recap_sheet.columns]
    assert breaks
    assert all(groups[at] != groups[at - 1] for at in breaks)
    assert widest <= 160 * 100 / layout.SMALLEST_PRINT_SCALE
    assert layout.split_pages(month_sheets.bulan_sheet(1), 400)[0] == ()


# --- LibreOffice agrees


def make_half_figures() -> RecapContent:
    """Figures that lie on a half after division: 90.995 must become 91.00 in the sheet as well."""
    recap_content = make_sample_content()
    targets = [200.0, 3.0, 0.7, 8.0, 1e15, 0.003]
    shares = [0.90995, 0.65995, 0.50995, 1.00005, 0.75995, 0.12345]
    count = len(recap_content.rows)
    rows = recap_content.rows.assign(
        target=[targets[at % 6] for at in range(count)],
        cara_hitung="terakhir",
        arah=["Maksimal" if at % 2 else "Minimal" for at in range(count)],
        realisasi_09=[round(targets[at % 6] * shares[at // 2 % 6], 9) for at in range(count)],
        tidak_sah="",
    )
    return replace(
        recap_content,
        rows=rows,
        capaian_per_bulan=measure_each_bulan(rows, recap_content.katalog, THIS_BULAN),
    )


def make_own_skala() -> RecapContent:
    katalog = make_sample_katalog()
    steps = (SkalaStep(90.5, 'Baik "sekali"'), SkalaStep(60, "=Cukup"), SkalaStep(10, "Kurang*"))
    referensi = replace(REFERENSI, skala=steps, capaian_cap=90)
    return make_sample_content(replace(katalog, referensi=referensi))


def make_real_kantor(nama: str) -> RecapContent:
    """A sample office: satuan, tipe and target filled in where its document has none, 3 of 4 report."""
    katalog = read_office(nama)
    items = tuple(
        replace(
            item,
            satuan=item.satuan or "Laporan",
            tipe_perhitungan=item.tipe_perhitungan or "Kumulatif",
            target=12.0 if item.target is None else item.target,
        )
        for item in katalog.indikator
    )
    katalog = replace(katalog, indikator=items)
    return make_sample_content(
        katalog, tuple(MadeReturn(j.id) for at, j in enumerate(katalog.jabatan) if at % 4 != 3)
    )


SAMPLES = [
    ("dpmd-cianjur", make_real_kantor("dpmd-cianjur")),
    ("kecamatan-poncokusumo", make_real_kantor("kecamatan-poncokusumo")),
    ("tahunan", make_sample_content()),
    ("triwulan", make_sample_content(make_sample_katalog(RincianTarget.TRIWULAN))),
    ("bulanan", make_sample_content(make_sample_katalog(RincianTarget.MONTHLY))),
    ("setengah", make_half_figures()),
    ("skala sendiri", make_own_skala()),
    ("sebaran", make_spread_content(THIS_BULAN)),
    ("sebaran desember", make_spread_content(12)),
    *make_empty_content(),
]


@pytest.mark.lambat
@pytest.mark.skipif(not available(), reason="LibreOffice (soffice) tidak terpasang")
@pytest.mark.parametrize(("nama", "recap_content"), [pytest.param(*pair, id=pair[0]) for pair in SAMPLES])
def test_libreoffice_gives_every_cached_value(nama: str, recap_content: RecapContent, tmp_path: Path):
    """Formulas recalculated by LibreOffice equal what was cached: numbers to 1e-9, texts exactly."""
    path = tmp_path / f"{nama}.xlsx"
    path.write_bytes(rekap_xlsx(recap_content))
    cached = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    again = openpyxl.load_workbook(recalculate(path, tmp_path / "lo"), data_only=True)
    wrong = []
    for sheet in formulas:
        for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
            ours = cached[sheet.title][cell.coordinate].value
            theirs = again[sheet.title][cell.coordinate].value
            if not is_same(ours, theirs):
                wrong.append((sheet.title, cell.coordinate, cell.value, ours, theirs))
    assert not wrong


def is_same(ours: object, theirs: object) -> bool:
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return (ours or "") == (theirs or "")
