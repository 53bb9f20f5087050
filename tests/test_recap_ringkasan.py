"""The recap's first page: its charts, the rows that need attention, and that it stays one readable page."""

from __future__ import annotations

import re
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libreoffice import convert, recalculate
from libreoffice import require as require_libreoffice
from test_recap import (
    BULAN_INI,
    KANTOR,
    LAPORAN,
    REKAP,
    Laporan,
    isi_contoh,
    kantor_nyata,
    katalog_contoh,
    kosong,
    sama,
    semua_teks,
)
from validator import errors
from validator import require as require_validator

from iki_xl.catalog import BULAN, Indikator, Jabatan, Katalog
from iki_xl.measures import rata_rata
from iki_xl.recap import grafik, layout, rekap_xlsx
from iki_xl.recap.halaman import SELURUH, daftar, lebar, potong
from iki_xl.recap.layout import BLOK_PERHATIAN, DATA_HALAMAN, KISI, RINGKASAN
from iki_xl.recap.susun import ringkas
from iki_xl.xlsx import jumlah_baris_teks, lebar_kolom_piksel

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from iki_xl.recap import IsiRekap

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
LEBAR_CETAK = (8.5 - 2 * layout.TEPI) * 72  # points
TINGGI_CETAK = (layout.PANJANG_F4 - 0.5 - 0.6) * 72


def banyak_unit(
    jumlah: int, nama: str = "Bidang {}", laporan: int | None = None, bulan: int = 12
) -> IsiRekap:
    """An office of a head and `jumlah` units of one jabatan, the first `laporan` of which report."""
    base = katalog_contoh().indikator
    units = [Jabatan(f"U{at:02d}", nama.format(at), "J00") for at in range(jumlah)]
    items: list[Indikator] = [
        replace(base[(at + n) % 6], id=f"{unit.id}-{n:02d}", id_jabatan=unit.id)
        for at, unit in enumerate(units)
        for n in (1, 2)
    ]
    katalog = Katalog(
        kantor=KANTOR,
        jabatan=(Jabatan("J00", "Kepala Dinas"), *units),
        indikator=tuple(items),
        referensi=katalog_contoh().referensi,
    )
    return isi_contoh(katalog, tuple(Laporan(u.id, nama="Ani") for u in units[:laporan]), bulan)


def berat() -> IsiRekap:
    """Forty units, names of 120 letters, emoji and right-to-left marks, kendala of 5,000 letters."""
    name = "Kepala Bidang \u202eGnirib\u202c 😀 Pengembangan Kawasan Perdesaan dan Pemberdayaan Masyarakat "
    isi = banyak_unit(40, name + "Nomor {}", laporan=25)
    return replace(
        isi, baris=isi.baris.assign(kendala="anggaran belum cair " * 250, tindak_lanjut="x" * 5000, nama=name)
    )


KASUS = {
    "dpmd-cianjur": kantor_nyata("dpmd-cianjur"),
    "kecamatan-poncokusumo": kantor_nyata("kecamatan-poncokusumo"),
    "dua belas jabatan": isi_contoh(),
    "satu unit": banyak_unit(1),
    "enam belas unit": banyak_unit(16),
    "empat puluh unit": berat(),
    "satu pegawai": isi_contoh(laporan=LAPORAN[:1], bulan=1),
    **dict(kosong()),
}
TANPA_GRAFIK = ("tanpa laporan", "tanpa jabatan", "tanpa angka")
SEMUA = pytest.mark.parametrize("isi", [pytest.param(isi, id=nama) for nama, isi in KASUS.items()])


def halaman(isi: IsiRekap) -> Worksheet:
    """The first page with its cached values."""
    return openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)), data_only=True)[RINGKASAN]


def data(sheet: Worksheet, key: str, jumlah: int) -> list[object]:
    """The first cells of a hidden column."""
    column = DATA_HALAMAN.ke(key) + 1
    return [sheet.cell(DATA_HALAMAN.baris(n) + 1, column).value for n in range(jumlah)]


def charts(isi: IsiRekap) -> list[ET.Element]:
    """The charts of the recap, the bars first."""
    with zipfile.ZipFile(BytesIO(rekap_xlsx(isi))) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith("xl/charts/chart"))
        return [ET.fromstring(archive.read(n)) for n in names]


def isi_cache(chart: ET.Element, path: str) -> dict[int, str]:
    """Cached points of a chart by their index."""
    return {
        int(point.get("idx", "")): str(point.findtext(f"{C}v"))
        for point in chart.findall(f".//{C}ser/{path}//{C}pt")
    }


def rujukan(chart: ET.Element, path: str) -> str:
    return str(chart.findtext(f".//{C}ser/{path}//{C}f"))


def test_two_native_charts_with_indonesian_words():
    bars, line = charts(isi_contoh())
    assert bars.find(f".//{C}barChart/{C}barDir[@val='bar']") is not None
    assert line.find(f".//{C}lineChart") is not None
    texts = [["".join(t.text or "" for t in chart.iter(f"{A}t")) for chart in (bars, line)]]
    assert texts == [
        [
            "Rata-rata capaian per unit (%)Rata-rata capaian (%)",
            "Rata-rata capaian kantor per bulan (%)Sampai dengan bulanCapaian (%)",
        ]
    ]
    for chart in (bars, line):
        assert chart.find(f".//{C}ser/{C}dLbls/{C}showVal[@val='1']") is not None
        assert chart.find(f".//{C}plotVisOnly") is None  # hidden cells are drawn
        assert chart.find(f".//{C}dispBlanksAs[@val='zero']") is None


def test_charts_look_at_cells_that_hold_what_was_measured():
    isi = isi_contoh()
    bars, line = charts(isi)
    units = ringkas(isi).unit
    sheet = halaman(isi)
    assert rujukan(bars, f"{C}val") == DATA_HALAMAN.rentang("panjang_batang", len(units))[1:]
    assert rujukan(bars, f"{C}cat") == DATA_HALAMAN.rentang("nama_batang", len(units))[1:]
    assert rujukan(line, f"{C}val") == DATA_HALAMAN.rentang("rata_bulan", BULAN_INI)[1:]
    assert rujukan(line, f"{C}cat") == DATA_HALAMAN.rentang("bulan", BULAN_INI)[1:]
    measured = isi.capaian_per_bulan
    owner = measured[BULAN_INI]["id_jabatan"].map(lambda key: isi.katalog.unit(key).id)
    means = [rata_rata(measured[BULAN_INI]["capaian"][owner == item.unit.id]).nilai for item in units]
    months = [rata_rata(measured[b]["capaian"]).nilai for b in range(1, BULAN_INI + 1)]
    assert data(sheet, "panjang_batang", len(units)) == means
    assert data(sheet, "rata_bulan", BULAN_INI) == months
    assert [float(v) for v in isi_cache(bars, f"{C}val").values()] == means
    assert [float(v) for v in isi_cache(line, f"{C}val").values()] == months
    assert list(isi_cache(line, f"{C}cat").values()) == [name[:3] for name in BULAN[:BULAN_INI]]


def test_a_unit_or_month_without_figure_is_a_gap_and_says_so():
    isi = banyak_unit(4, laporan=1, bulan=3)
    first = isi.capaian_per_bulan[1].assign(capaian=float("nan"))
    isi = replace(isi, capaian_per_bulan={**isi.capaian_per_bulan, 1: first})
    bars, line = charts(isi)
    sheet = halaman(isi)
    assert set(isi_cache(bars, f"{C}val")) == {0}
    assert set(isi_cache(line, f"{C}val")) == {1, 2}
    assert data(sheet, "panjang_batang", 4)[1:] == ["#N/A"] * 3
    assert data(sheet, "rata_bulan", 1) == ["#N/A"]
    names = [f"Bidang {at} (belum ada angka)" for at in (1, 2, 3)]
    assert list(isi_cache(bars, f"{C}cat").values())[1:] == names
    assert data(sheet, "nama_batang", 4)[1:] == names


def test_more_units_than_bars_are_named_in_a_line():
    isi = banyak_unit(18)
    assert len(isi_cache(charts(isi)[0], f"{C}cat")) == layout.UNIT_PALING_BANYAK
    assert "Tidak digambar, lihat Rekap Unit: Bidang 16; Bidang 17." in semua_teks(halaman(isi))


def test_names_that_are_equal_once_cut_get_the_number_of_their_unit():
    names = list(isi_cache(charts(berat())[0], f"{C}cat").values())
    assert len(set(names)) == layout.UNIT_PALING_BANYAK
    assert [name.partition(".")[0] for name in names] == [str(at) for at in range(1, 17)]
    assert all(name.isprintable() for name in names)


@pytest.mark.parametrize("nama", TANPA_GRAFIK)
def test_without_a_figure_there_is_no_chart_but_a_sentence(nama: str):
    isi = KASUS[nama]
    assert charts(isi) == []
    assert "Belum ada data untuk grafik" in semua_teks(halaman(isi))


@pytest.mark.parametrize("nama", [nama for nama in KASUS if nama not in TANPA_GRAFIK])
def test_charts_stay_within_a_row_of_their_own(nama: str):
    isi = KASUS[nama]
    with zipfile.ZipFile(BytesIO(rekap_xlsx(isi))) as archive:
        drawing = ET.fromstring(archive.read("xl/drawings/drawing1.xml"))
    rows = {int(node.text or "") for node in drawing.iter(f"{XDR}row")}
    columns = [int(node.text or "") for node in drawing.iter(f"{XDR}col")]
    assert len(rows) == 1
    assert columns[1] < columns[2]  # the bars end before the line begins
    assert max(columns) < KISI
    row = rows.pop() + 1
    assert not any(cell.value for cell in halaman(isi)[row][:KISI])


@SEMUA
def test_it_prints_at_80_percent_or_more(isi: IsiRekap):
    """Rows and columns as wide as written, against the paper within its margins."""
    sheet = halaman(isi)
    last = int(re.findall(r"\d+", sheet.print_area)[-1])
    height = sum(sheet.row_dimensions[row].height or 15 for row in range(1, last + 1))
    width = KISI * lebar_kolom_piksel(layout.LEBAR_KISI) * 0.75
    assert min(LEBAR_CETAK / width, TINGGI_CETAK / height) >= 0.8
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def baris_perhatian(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows that need attention, by the keys of their block."""
    starts = {field.key: layout.kisi_awal(BLOK_PERHATIAN, field.key) for field in BLOK_PERHATIAN}
    rows = [{key: row[at] for key, at in starts.items()} for row in sheet.iter_rows(values_only=True)]
    head = next((at for at, row in enumerate(rows) if row["no"] == "No"), len(rows))
    found = rows[head + 1 : head + 1 + layout.PERHATIAN_PALING_BANYAK]
    return [row for row in found if isinstance(row["no"], int)]


def test_lowest_capaian_first_with_kendala_and_what_is_done_about_it():
    isi = isi_contoh()
    rows = baris_perhatian(halaman(isi))
    measured = isi.capaian_per_bulan[BULAN_INI]
    lowest = sorted(measured["capaian"].dropna())[: layout.PERHATIAN_PALING_BANYAK]
    assert [row["capaian"] for row in rows] == lowest
    joined = isi.baris.assign(capaian=measured["capaian"], skala=measured["skala"])
    for row in rows:
        names = {j.id for j in isi.katalog.jabatan if j.nama == row["jabatan"]} or {
            j.id for j in isi.katalog.jabatan if j.nama.startswith(str(row["jabatan"])[:-1])
        }
        same = joined[(joined["capaian"] == row["capaian"]) & (joined["nama"] == row["nama"])]
        same = same[same["id_jabatan"].isin(names) & (same["skala"] == row["skala"])]
        assert len(same)
        starts = [str(text or "–")[:20] for text in same["kendala"]]
        assert str(row["kendala"])[:20] in starts


def test_those_without_capaian_follow():
    """Target 0 with realisasi, then filled but not to be judged, then not filled."""
    isi = isi_contoh(laporan=LAPORAN[:2], bulan=12)
    measured = isi.capaian_per_bulan[12]
    words = [str(row["skala"]) for row in baris_perhatian(halaman(isi)) if row["capaian"] is None]
    urgent = ringkas(isi)
    assert words == [row.kata for row in urgent.perhatian if row.capaian is None]
    assert words == sorted(words, reverse=True)  # tidak dinilai, belum dinilai
    assert {"tidak dinilai", "belum dinilai"} <= set(words)
    filled = {i: n > 0 for i, n in zip(measured["id_indikator"], measured["bulan_terisi"], strict=True)}
    unjudged = [filled[row.id_indikator] for row in urgent.perhatian if row.kata == "belum dinilai"]
    assert all(before >= after for before, after in pairwise(unjudged))


def test_what_is_best_needs_no_attention():
    isi = isi_contoh()
    best = isi.capaian_per_bulan[BULAN_INI].assign(status="dinilai", capaian=91.0, skala="Sangat Tinggi")
    isi = replace(isi, capaian_per_bulan={**isi.capaian_per_bulan, BULAN_INI: best})
    assert ringkas(isi).perlu_perhatian == 0
    assert "Tidak ada indikator yang perlu perhatian." in semua_teks(halaman(isi))


def test_each_number_links_to_its_row():
    isi = isi_contoh()
    content = BytesIO(rekap_xlsx(isi))
    book = openpyxl.load_workbook(content, data_only=True)
    formulas = openpyxl.load_workbook(content)[RINGKASAN]
    links = [c.value for c in formulas["A"] if "HYPERLINK" in str(c.value)]
    places = data(book[RINGKASAN], "posisi", len(links))
    assert len(links) == layout.PERHATIAN_PALING_BANYAK
    for n, (link, place, row) in enumerate(zip(links, places, ringkas(isi).perhatian, strict=True)):
        assert DATA_HALAMAN.sel(n, "posisi") in str(link)
        assert isinstance(place, int)
        at = REKAP.baris_data(place - 1) + 1
        assert book[REKAP.nama].cell(at, REKAP.ke("id_indikator") + 1).value == row.id_indikator
        assert (book[REKAP.nama].cell(at, REKAP.ke("nip") + 1).value or "") == row.nip


def test_what_is_too_long_is_cut_and_marks_of_direction_do_not_leave_their_cell():
    isi = berat()
    sheet = halaman(isi)
    rows = baris_perhatian(sheet)
    assert len(rows) == layout.PERHATIAN_PALING_BANYAK
    for row in rows:
        assert str(row["kendala"]).startswith("anggaran belum cair")
        assert str(row["kendala"]).endswith("…")
        assert len(str(row["tindak_lanjut"])) < 200
    line = next(v for v in semua_teks(sheet).split("\n") if " pelapor: " in v)
    assert line.isprintable()
    assert re.search(r"^15 pelapor: .*; dan \d+ lainnya\.$", line)


@given(st.text(max_size=300), st.integers(1, 5), st.integers(0, 11))
def test_a_cut_text_fits_and_begins_as_the_whole_one(text: str, lines: int, last: int):
    cut = potong(text, (0, last), lines, 9)
    whole = " ".join(text.split())
    if cut != whole:
        assert cut.endswith("…")
        plain = "".join(letter for letter in whole if letter.isprintable())
        assert plain.startswith(cut[:-1])
    if lebar((0, last)) > lebar((0, 0)):
        assert jumlah_baris_teks(cut, lebar((0, last)), ukuran=9) <= lines


@given(st.lists(st.text("ab c", min_size=1, max_size=60), min_size=1, max_size=60), st.integers(2, 4))
def test_a_list_of_names_says_how_many_it_leaves_out(names: list[str], lines: int):
    text = daftar(names, SELURUH, lines, 9)
    left = re.search(r"; dan (\d+) lainnya\.$", text)
    shown = text[: left.start() if left else -1].split("; ")
    assert len(shown) + (int(left[1]) if left else 0) == len(names)
    assert jumlah_baris_teks(text, lebar(SELURUH), ukuran=9) <= lines


@given(st.floats(0.5, 1e6))
def test_the_axis_reaches_beyond_the_cap_in_few_steps(cap: float):
    highest, step = grafik.sumbu(cap)
    assert highest > cap * 0.999999
    assert highest - cap <= step * 1.000001
    assert 3 <= highest / step <= 8


@pytest.mark.lambat
@SEMUA
def test_it_is_one_page_in_print(isi: IsiRekap, tmp_path: Path):
    """The footer names the sheet of each page; Ringkasan is on the first one alone."""
    require_libreoffice()
    path = tmp_path / "rekap.xlsx"
    path.write_bytes(rekap_xlsx(isi))
    pdf = convert(path, "pdf", tmp_path / "pdf")
    made = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    pages = made.stdout.split("\f")
    named = [bool(re.search(r"\sRingkasan\s+Halaman \d+ dari \d+\s*$", page)) for page in pages]
    assert named[0]
    assert sum(named) == 1


@pytest.mark.lambat
def test_sorting_the_tables_changes_no_figure(tmp_path: Path):
    """Rekap Indikator and Rekap Unit turned upside down by another program, then recalculated."""
    require_libreoffice()
    isi = isi_contoh()
    content = BytesIO(rekap_xlsx(isi))
    values = openpyxl.load_workbook(content, data_only=True)
    book = openpyxl.load_workbook(content)
    unit = layout.lembar_unit(BULAN_INI)
    for lembar, count in ((REKAP, len(isi.baris)), (unit, len(ringkas(isi).unit))):
        first, last = lembar.baris_data(0) + 1, lembar.baris_data(count - 1) + 1
        for row in range(first, last + 1):
            for column in range(1, len(lembar.kolom) + 1):
                turned = values[lembar.nama].cell(first + last - row, column).value
                book[lembar.nama].cell(row, column).value = turned
    path = tmp_path / "dibalik.xlsx"
    book.save(path)
    again = openpyxl.load_workbook(recalculate(path, tmp_path / "lo"), data_only=True)[RINGKASAN]
    places = DATA_HALAMAN.ke("posisi") + 1
    moved = [
        (cell.coordinate, cell.value, again[cell.coordinate].value)
        for row in values[RINGKASAN].iter_rows()
        for cell in row
        if cell.column != places and not sama(cell.value, again[cell.coordinate].value)
    ]
    assert not moved
    there = [row.posisi for row in ringkas(isi).perhatian]
    assert data(again, "posisi", len(there)) == [len(isi.baris) + 1 - at for at in there]


@pytest.mark.lambat
@pytest.mark.parametrize("nama", ["empat puluh unit", "enam belas unit", "satu unit"])
def test_libreoffice_gives_the_cached_values(nama: str, tmp_path: Path):
    require_libreoffice()
    path = tmp_path / "rekap.xlsx"
    path.write_bytes(rekap_xlsx(KASUS[nama]))
    ours = openpyxl.load_workbook(path, data_only=True)[RINGKASAN]
    theirs = openpyxl.load_workbook(recalculate(path, tmp_path / "lo"), data_only=True)[RINGKASAN]
    wrong = [
        (cell.coordinate, cell.value, theirs[cell.coordinate].value)
        for row in ours.iter_rows()
        for cell in row
        if not sama(cell.value, theirs[cell.coordinate].value)
    ]
    assert not wrong


@pytest.mark.lambat
@pytest.mark.parametrize("version", ["Office2010", "Microsoft365"])
def test_the_validator_finds_nothing(version: str, tmp_path: Path):
    require_validator()
    paths = []
    for number, isi in enumerate(KASUS.values()):
        paths.append(tmp_path / f"{number}.xlsx")
        paths[-1].write_bytes(rekap_xlsx(isi))
    assert errors(paths, version) == []
