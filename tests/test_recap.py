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
    Penandatangan,
    Referensi,
    RincianTarget,
    TingkatSkala,
    TipePerhitungan,
)
from iki_xl.catalog.model import TIPE_BAKU, CaraHitung
from iki_xl.catalog.samples import read_office
from iki_xl.findings import Temuan, Tingkat
from iki_xl.measures import rata_rata, ukur_per_bulan
from iki_xl.recap import IsiRekap, layout, rekap_xlsx
from iki_xl.recap.susun import pelapor
from iki_xl.tables import (
    KOLOM_BARIS,
    KOLOM_LAPORAN,
    KOLOM_REALISASI,
    KOLOM_SUMBER,
    Origins,
    kolom_realisasi,
    kolom_target_periode,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

REFERENSI = Referensi(tipe=(*TIPE_BAKU, TipePerhitungan("Rata-rata", CaraHitung.RATA_RATA)))
CARA = {tipe.nama: tipe.cara_hitung.value for tipe in REFERENSI.tipe} | {"": ""}
KANTOR = Kantor(
    nama="Dinas Pemberdayaan Masyarakat dan Desa",
    pemda="Kabupaten Contoh",
    tahun=2024,
    nomor_keputusan="188.4/12/2024",
    tempat="Contoh",
    penandatangan=Penandatangan(
        jabatan="Kepala Dinas Pemberdayaan Masyarakat dan Desa",
        nama="Dra. Siti Contoh, M.Si.",
        pangkat_golongan="Pembina Utama Muda, IV/c",
        nip="196801011993032001",
    ),
)
NAMA_JABATAN = (
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
INDIKATOR_PANJANG = (
    "Persentase pemerintahan desa dan lembaga/kelompok masyarakat yang berperan aktif dalam pengelolaan "
    "sumber daya alam, teknologi tepat guna dan ekonomi perdesaan"
)
NAMA_INDIKATOR = (
    (INDIKATOR_PANJANG, "Persentase", "Kumulatif", 20),
    ("Jumlah desa yang menyusun laporan penyelenggaraan tepat waktu", "Desa", "Non Kumulatif", 354),
    ("Jumlah pelanggaran disiplin", "Kali", "Non Kumulatif", 0),
    ("Nilai anggaran pembinaan lembaga ekonomi desa yang terserap", "Rupiah", "Kumulatif", 1_250_000_000),
    ("Rata-rata nilai kepuasan layanan administrasi kepegawaian", "Nilai", "Rata-rata", 85.5),
    ("Jumlah dokumen rencana kerja yang disusun sesuai pedoman", "Dokumen", "Kumulatif", 12),
)
BULAN_INI = 9


def katalog_contoh(rincian: RincianTarget = RincianTarget.TAHUNAN) -> Katalog:
    """Twelve jabatan, forty indikator; J11 has none, J10 is held by three people, J05 by one."""
    owners = [NAMA_JABATAN[at % 11][0] for at in range(40)]
    count = dict.fromkeys(owners, 0)
    items = []
    for at, owner in enumerate(sorted(owners)):
        count[owner] += 1
        text, satuan, tipe, target = NAMA_INDIKATOR[at % len(NAMA_INDIKATOR)]
        arah = Arah.MINIMAL if "pelanggaran" in text else Arah.MAKSIMAL
        periods = rincian.jumlah_periode
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
                target_periode=(float(target) / max(periods, 1),) * periods,
            )
        )
    people = (
        Pegawai("197503122006041001", "Asep Sunandar", "J05"),
        *(Pegawai(f"19800{n}012010011002", f"Pegawai Contoh {n}", "J10") for n in (1, 2, 3)),
    )
    return Katalog(
        kantor=replace(KANTOR, rincian_target=rincian),
        jabatan=tuple(Jabatan(key, name, superior) for key, superior, name in NAMA_JABATAN),
        pegawai=people,
        indikator=tuple(items),
        referensi=REFERENSI,
    )


@dataclass(frozen=True)
class Laporan:
    """A made-up return: which jabatan, whose."""

    id_jabatan: str
    nip: str = ""
    nama: str = ""
    dihitung: bool = True


LAPORAN = (
    *(Laporan(key, nama=f"Nama {key}") for key in ("J00", "J01", "J02", "J04", "J06", "J07", "J09")),
    Laporan("J05", "197503122006041001", "Asep Sunandar"),
    Laporan("J10", "198001012010011002", "Pegawai Contoh 1"),
    Laporan("J10", "198002012010011002", "Pegawai Contoh 2"),
    Laporan("J08", nama="Nama J08", dihitung=False),
)


def baris_contoh(katalog: Katalog, laporan: tuple[Laporan, ...]) -> pd.DataFrame:
    """Rows with full, sparse, zero, invalid and empty months, by the row's own number."""
    periods = [kolom_target_periode(p) for p in range(1, katalog.kantor.rincian_target.jumlah_periode + 1)]
    rows: list[dict[str, object]] = []
    for number, report in enumerate(laporan):
        if not report.dihitung:
            continue
        for item in katalog.indikator_dari(report.id_jabatan):
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
                    "cara_hitung": CARA[item.tipe_perhitungan],
                    "arah": item.arah.value,
                    "target": item.target,
                    **dict(zip(periods, item.target_periode, strict=True)),
                    **bulan_contoh(item, at),
                    "kendala": "Anggaran baru tersedia pada triwulan II dan sebagian desa belum menyampaikan "
                    "data pendukung" if at % 4 == 0 else "",
                    "tindak_lanjut": "Percepatan verifikasi bersama kecamatan" if at % 4 == 0 else "",
                    "bukti_dukung": "BA dan foto kegiatan" if at % 3 == 0 else "",
                    "berkas": f"iki-{item.id_jabatan.lower()}.xlsx",
                    "lembar": item.id_jabatan,
                    "tidak_sah": (),
                    "origins": Origins(
                        (f"iki-{item.id_jabatan.lower()}.xlsx",) * 12,
                        (item.id_jabatan,) * 12,
                        tuple(f"{letter}{9 + at}" for letter in "LMNOPQRSTUVW"),
                    ),
                }
            )  # fmt: skip
            rusak(rows[-1], at)
    return pd.DataFrame(rows, columns=[*KOLOM_BARIS, *periods])


def bulan_contoh(item: Indikator, at: int) -> dict[str, float]:
    """Months of a row; the shares spread the capaian over the whole skala, 1/3 makes long fractions."""
    share = (1.05, 0.95, 0.8, 0.7, 0.55, 0.3, 1 / 3)[at % 7]
    months = range(1, 13) if at % 11 == 10 else range(1 + at % 3, BULAN_INI + 1, 1 + at % 3)
    whole = share * (item.target or 0)
    values = dict.fromkeys(KOLOM_REALISASI, math.nan)
    for month in months:
        added = CARA[item.tipe_perhitungan] == "jumlah"
        value = whole / len(months) if added else whole * month / max(months)
        values[kolom_realisasi(month)] = round(value, 2) if item.target else float(at % 2)
    return values


def rusak(row: dict[str, object], at: int) -> None:
    """What staff leave behind: an invalid cell, a blank target, a blank tipe, nothing at all."""
    if at % 9 == 4:
        row |= {kolom_realisasi(2): math.nan, "tidak_sah": (kolom_realisasi(2),)}
    if at % 13 == 6:
        row |= {"target": math.nan}
    if at % 13 == 8:
        row |= {"tipe_perhitungan": "", "cara_hitung": ""}
    if at % 13 == 11:
        row |= dict.fromkeys(KOLOM_REALISASI, math.nan)
    if at % 13 == 12:
        row |= {"target": math.nan, "tidak_sah": ("target",)}
    if at % 17 == 3:
        row |= {"arah": "Maksimal", "target": 0.0}


def laporan_contoh(laporan: tuple[Laporan, ...]) -> pd.DataFrame:
    rows = [
        {
            "id_laporan": f"L{at:03d}",
            "id_jabatan": report.id_jabatan,
            "nip": report.nip,
            "nama": report.nama,
            "berkas": f"iki-{report.id_jabatan.lower()}.xlsx",
            "lembar": report.id_jabatan,
            "disimpan": "2024-10-03 08:15",
            "dihitung": report.dihitung,
            "sebab": "" if report.dihitung else "Ada laporan lain yang lebih baru dari jabatan ini.",
            "lapor_pada": ("",) * 12,
        }
        for at, report in enumerate(laporan)
    ]
    return pd.DataFrame(rows, columns=list(KOLOM_LAPORAN))


TEMUAN = (
    Temuan("B07", Tingkat.GALAT, "iki-j04.xlsx", "J04", "K12", "J04", "J04-02", "dua belas",
           "“dua belas” bukan angka yang sah untuk realisasi Februari.", "Ketik angkanya saja, misalnya 12."),
    Temuan("B02", Tingkat.PERINGATAN, "iki-j06.xlsx", "J06", "L9", "J06", "J06-01", "1.250",
           "“1.250” dibaca 1250; bila maksudnya satu koma dua lima, ketik 1,25.", "Ketik ulang tanpa titik."),
)  # fmt: skip


def isi_contoh(
    katalog: Katalog | None = None, laporan: tuple[Laporan, ...] = LAPORAN, bulan: int = BULAN_INI
) -> IsiRekap:
    katalog = katalog or katalog_contoh()
    baris = baris_contoh(katalog, laporan)
    return IsiRekap(
        katalog=katalog,
        bulan=bulan,
        baris=baris,
        capaian_per_bulan=ukur_per_bulan(baris, katalog, bulan),
        laporan=laporan_contoh(laporan),
        temuan=TEMUAN if laporan else (),
        sumber=laporan_contoh(laporan).assign(sha256="0" * 64)[list(KOLOM_SUMBER)],
    )


def buka(isi: IsiRekap) -> Workbook:
    """The recap as viewers see it that do not calculate: cached values."""
    return openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)), data_only=True)


def tabel(sheet: Worksheet, lembar: layout.Lembar) -> list[dict[str, object]]:
    """The data rows of a sheet by column key."""
    rows = sheet.iter_rows(min_row=lembar.baris_data(0) + 1, max_col=len(lembar.kolom), values_only=True)
    return [dict(zip((k.key for k in lembar.kolom), row, strict=True)) for row in rows]


def semua_teks(sheet: Worksheet) -> str:
    return "\n".join(str(v) for row in sheet.iter_rows(values_only=True) for v in row if v is not None)


REKAP = layout.lembar_rekap(RincianTarget.TAHUNAN, BULAN_INI)


def test_sheets_in_reading_order():
    first = ["Ringkasan", "Rekap Unit", "Rekap Jabatan", "Rekap Indikator"]
    last = ["Belum Lapor", "Temuan", "Perubahan", "Sumber"]
    assert buka(isi_contoh()).sheetnames == [*first, *BULAN, *last]


def test_the_table_holds_what_was_measured():
    isi = isi_contoh()
    rows = {(r["id_indikator"], r["nip"] or ""): r for r in tabel(buka(isi)["Rekap Indikator"], REKAP)}
    assert len(rows) == len(isi.baris)
    for figures in isi.capaian_per_bulan[BULAN_INI].to_dict("records"):
        row = rows[figures["id_indikator"], figures["nip"]]
        for key in ("target_sd", "realisasi_sd", "capaian_mentah", "capaian"):
            expected = None if math.isnan(figures[key]) else figures[key]
            assert row[key] == expected, (row["id_indikator"], key)
        assert row["skala"] == (figures["skala"] or figures["status"])
        assert row["bulan_terisi"] == figures["bulan_terisi"]


def test_blank_zero_and_invalid_are_three_different_things():
    isi = isi_contoh()
    shown = tabel(buka(isi)["Rekap Indikator"], REKAP)
    by_key = {(r["id_indikator"], r["nip"] or ""): r for r in shown}
    seen = set()
    for row in isi.baris.to_dict("records"):
        cell = by_key[row["id_indikator"], row["nip"]]
        for key in KOLOM_REALISASI:
            if key in row["tidak_sah"]:
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
    isi = isi_contoh()
    measured = isi.capaian_per_bulan[BULAN_INI]
    mean = rata_rata(measured["capaian"])
    waiting = len(isi.katalog.indikator_dari("J03")) + len(isi.katalog.indikator_dari("J08"))
    waiting += len(isi.katalog.indikator_dari("J10"))  # the third pegawai of J10
    sheet = buka(isi)["Ringkasan"]
    values = {v for row in sheet.iter_rows(values_only=True) for v in row if v is not None}
    text = semua_teks(sheet)
    assert {9, mean.nilai, int((measured["bulan_terisi"] > 0).sum())} <= values
    assert "dari 11 jabatan\n(10 dari 13 pelapor)" in text
    assert f"dari {len(measured) + waiting} indikator" in text
    assert f"n = {mean.n} indikator; {mean.tanpa_nilai + waiting} tanpa nilai" in text
    for sentence in ("terhadap target tahunan", "90,99", "bukan predikat kinerja pegawai", "bukan 0", "120"):
        assert sentence in text
    assert "Dra. Siti Contoh, M.Si." in text
    assert "NIP 196801011993032001" in text
    assert "Kepala Bidang Pemerintahan Desa" in text


def test_months_say_what_is_late_stale_invalid_or_missing():
    book = buka(isi_contoh())
    notes = "\n".join(str(r["keterangan"]) for r in tabel(book["September"], layout.lembar_bulan(9)))
    for word in ("belum lapor", "basi: posisi bulan Agustus", "tipe perhitungan belum diisi",
                 "target tidak sah", "target belum lengkap", "target 0, realisasi lebih dari 0"):  # fmt: skip
        assert word in notes
    february = tabel(book["Februari"], layout.lembar_bulan(2))
    invalid = [r for r in february if r["realisasi"] == "tidak sah"]
    assert invalid
    assert all("tidak sah" in str(r["keterangan"]) for r in invalid)


def test_months_after_the_month_reported_to_say_so_and_have_no_figure():
    sheet = buka(isi_contoh())["Oktober"]
    rows = tabel(sheet, layout.lembar_bulan(10))
    assert "Setelah bulan laporan (September 2024)" in semua_teks(sheet)
    assert all(r["capaian"] is None and r["realisasi_sd"] is None for r in rows)
    assert any(r["realisasi"] is not None and "tidak dihitung" in str(r["keterangan"]) for r in rows)


def test_every_month_lists_the_indikator_of_those_who_have_not_reported():
    isi = isi_contoh()
    book = buka(isi)
    for month in range(1, 13):
        ids = [r["id_indikator"] for r in tabel(book[BULAN[month - 1]], layout.lembar_bulan(month))]
        assert set(ids) == set(isi.katalog.indikator_menurut_id)


def test_who_has_not_reported():
    sheet = buka(isi_contoh())["Belum Lapor"]
    text = semua_teks(sheet)
    rows = tabel(sheet, layout.BELUM_LAPOR)
    assert [r["id_jabatan"] for r in rows[:3]] == ["J03", "J08", "J10"]
    assert [r["jabatan_kosong"] for r in rows[:3]] == [1, 1, None]
    assert rows[2]["nama"] == "Pegawai Contoh 3"
    assert rows[2]["keterangan"] == "2 dari 3 pegawai sudah melapor"
    assert "belum mempunyai indikator" in text
    assert "Pramu Kebersihan" in text


def test_the_only_pegawai_has_reported_whoever_signed():
    """J05 has one pegawai; an acting official sent the return under another NIP."""
    laporan = laporan_contoh((Laporan("J05", "199001012015031001", "Plt"),))
    assert [p.melapor for p in pelapor(katalog_contoh(), laporan) if p.jabatan.id == "J05"] == [True]


def test_findings_and_sources_are_there_in_full():
    book = buka(isi_contoh())
    assert [{name: r[name] for name in Temuan.__slots__} for r in tabel(book["Temuan"], layout.TEMUAN)] == [
        {name: str(getattr(t, name)) for name in t.__slots__} for t in TEMUAN
    ]
    sources = tabel(book["Sumber"], layout.lembar_sumber("UTC"))
    assert [r["dihitung"] for r in sources] == ["ya"] * 10 + ["tidak"]


def test_nip_is_text():
    rows = tabel(buka(isi_contoh())["Rekap Indikator"], REKAP)
    assert "197503122006041001" in {r["nip"] for r in rows}


JAHAT = (
    "=1+1", "+62 812", "-5", "@SUM(A1)", "http://contoh.go.id", "mailto:a@b.c", "{=1}", "0012", "1e5",
    "\u202eterbalik\u202c", "😀 emoji", "<b>&amp;</b>", '"kutip" \'satu\'', "_x0041_", "  tepi  ",
)  # fmt: skip


@pytest.mark.parametrize("teks", JAHAT)
def test_what_people_typed_stays_text(teks: str):
    isi = isi_contoh()
    baris = isi.baris.assign(kendala=teks, nama=teks, satuan=teks, berkas=teks)
    kantor = replace(isi.katalog.kantor, nama=teks, pemda=teks)
    jabatan = tuple(replace(j, nama=teks) for j in isi.katalog.jabatan)
    katalog = replace(isi.katalog, kantor=kantor, jabatan=jabatan)
    temuan = (replace(TEMUAN[0], nilai=teks, berkas=teks),)
    content = rekap_xlsx(replace(isi, katalog=katalog, baris=baris, temuan=temuan))
    book = openpyxl.load_workbook(BytesIO(content))
    links = [link for sheet in book for link in sheet._hyperlinks]
    assert {link.location.rpartition("!")[0].strip("'") for link in links} <= set(book.sheetnames)
    assert not any(link.target or link.id for link in links)
    cells = {k.key: at + 1 for at, k in enumerate(REKAP.kolom)}
    for key in ("kendala", "nama", "satuan", "berkas", "jabatan"):
        cell = book["Rekap Indikator"].cell(REKAP.baris_data(0) + 1, cells[key])
        assert cell.data_type == "s"
        assert cell.value == teks
    with zipfile.ZipFile(BytesIO(content)) as archive:
        relations = b"".join(archive.read(n) for n in archive.namelist() if "sheets/_rels/" in n)
    assert b"hyperlink" not in relations
    assert b"External" not in relations


def test_every_formula_has_a_cached_value():
    with zipfile.ZipFile(BytesIO(rekap_xlsx(isi_contoh()))) as archive:
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
    with zipfile.ZipFile(BytesIO(rekap_xlsx(isi_contoh()))) as archive:
        text = "".join(archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n)
    formulas = "\n".join(re.findall(r"<f>(.*?)</f>", text))
    assert set(re.findall(r"[A-Za-z_.]+(?=\()", formulas)) == FUNGSI


def test_same_input_same_bytes():
    assert rekap_xlsx(isi_contoh()) == rekap_xlsx(isi_contoh())


def test_every_sheet_is_set_up_for_printing_on_f4():
    book = openpyxl.load_workbook(BytesIO(rekap_xlsx(isi_contoh())))
    for sheet in book:
        first = sheet.title == layout.RINGKASAN
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


def kosong() -> list[tuple[str, IsiRekap]]:
    without = replace(katalog_contoh(), jabatan=(), pegawai=(), indikator=())
    nothing = isi_contoh()
    blank = nothing.baris.assign(**dict.fromkeys(KOLOM_REALISASI, math.nan), target=math.nan)
    katalog = nothing.katalog
    return [
        ("tanpa laporan", isi_contoh(laporan=())),
        ("tanpa jabatan", isi_contoh(without, laporan=())),
        (
            "tanpa angka",
            replace(nothing, baris=blank, capaian_per_bulan=ukur_per_bulan(blank, katalog, BULAN_INI)),
        ),
        ("satu laporan, Januari", isi_contoh(laporan=LAPORAN[:1], bulan=1)),
        ("bulan terakhir", isi_contoh(bulan=12)),
    ]


@pytest.mark.parametrize("isi", [pytest.param(isi, id=name) for name, isi in kosong()])
def test_little_or_nothing_to_show(isi: IsiRekap):
    book = buka(isi)
    said = "Belum ada laporan yang dihitung" in semua_teks(book["Ringkasan"])
    assert said == isi.baris.empty
    assert len(book.sheetnames) == 20


def test_rows_may_come_in_any_order_and_index():
    isi = isi_contoh()
    shuffled = isi.baris.sample(frac=1, random_state=3)
    shuffled.index = [f"b{at}" for at in range(len(shuffled))]
    other = replace(isi, baris=shuffled, capaian_per_bulan=ukur_per_bulan(shuffled, isi.katalog, BULAN_INI))
    ids = [
        [r["id_indikator"] for r in tabel(buka(one)["Rekap Indikator"], REKAP)[:20]] for one in (isi, other)
    ]
    assert ids[0] == ids[1]


def test_a_wide_table_is_shared_out_over_pages_in_whole_groups():
    lembar = layout.lembar_rekap(RincianTarget.BULANAN, 12)
    breaks, widest = layout.potong_halaman(lembar, 160)
    groups = [k.kelompok for k in lembar.kolom]
    assert breaks
    assert all(groups[at] != groups[at - 1] for at in breaks)
    assert widest <= 160 * 100 / layout.SKALA_CETAK_TERKECIL
    assert layout.potong_halaman(layout.lembar_bulan(1), 400)[0] == ()


# --- LibreOffice agrees


def setengah() -> IsiRekap:
    """Figures that lie on a half after division: 90.995 must become 91.00 in the sheet as well."""
    isi = isi_contoh()
    targets = [200.0, 3.0, 0.7, 8.0, 1e15, 0.003]
    shares = [0.90995, 0.65995, 0.50995, 1.00005, 0.75995, 0.12345]
    count = len(isi.baris)
    baris = isi.baris.assign(
        target=[targets[at % 6] for at in range(count)],
        cara_hitung="terakhir",
        arah=["Maksimal" if at % 2 else "Minimal" for at in range(count)],
        tidak_sah=[()] * count,
        realisasi_09=[round(targets[at % 6] * shares[at // 2 % 6], 9) for at in range(count)],
    )
    return replace(isi, baris=baris, capaian_per_bulan=ukur_per_bulan(baris, isi.katalog, BULAN_INI))


def skala_sendiri() -> IsiRekap:
    katalog = katalog_contoh()
    steps = (TingkatSkala(90.5, 'Baik "sekali"'), TingkatSkala(60, "=Cukup"), TingkatSkala(10, "Kurang*"))
    referensi = replace(REFERENSI, skala=steps, batas_capaian=100)
    return isi_contoh(replace(katalog, referensi=referensi))


def kantor_nyata(nama: str) -> IsiRekap:
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
    return isi_contoh(katalog, tuple(Laporan(j.id) for at, j in enumerate(katalog.jabatan) if at % 4 != 3))


CONTOH = [
    ("dpmd-cianjur", kantor_nyata("dpmd-cianjur")),
    ("kecamatan-poncokusumo", kantor_nyata("kecamatan-poncokusumo")),
    ("tahunan", isi_contoh()),
    ("triwulan", isi_contoh(katalog_contoh(RincianTarget.TRIWULAN))),
    ("bulanan", isi_contoh(katalog_contoh(RincianTarget.BULANAN))),
    ("setengah", setengah()),
    ("skala sendiri", skala_sendiri()),
    *kosong(),
]


@pytest.mark.lambat
@pytest.mark.skipif(not available(), reason="LibreOffice (soffice) tidak terpasang")
@pytest.mark.parametrize(("nama", "isi"), [pytest.param(*pair, id=pair[0]) for pair in CONTOH])
def test_libreoffice_gives_every_cached_value(nama: str, isi: IsiRekap, tmp_path: Path):
    """Formulas recalculated by LibreOffice equal what was cached: numbers to 1e-9, texts exactly."""
    path = tmp_path / f"{nama}.xlsx"
    path.write_bytes(rekap_xlsx(isi))
    cached = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    again = openpyxl.load_workbook(recalculate(path, tmp_path / "lo"), data_only=True)
    wrong = []
    for sheet in formulas:
        for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
            ours = cached[sheet.title][cell.coordinate].value
            theirs = again[sheet.title][cell.coordinate].value
            if not sama(ours, theirs):
                wrong.append((sheet.title, cell.coordinate, cell.value, ours, theirs))
    assert not wrong


def sama(ours: object, theirs: object) -> bool:
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return (ours or "") == (theirs or "")
