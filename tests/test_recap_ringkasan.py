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
    KANTOR,
    REKAP,
    RETURNS,
    THIS_BULAN,
    MadeReturn,
    is_same,
    join_texts,
    make_empty_content,
    make_real_kantor,
    make_sample_content,
    make_sample_katalog,
    make_spread_content,
)
from validator import errors
from validator import require as require_validator

from iki_xl.catalog import BULAN, Indikator, Jabatan, Katalog
from iki_xl.measures import compute_mean
from iki_xl.recap import charts, layout, page_layout, rekap_xlsx
from iki_xl.recap.grid import WHOLE_WIDTH, cut_text, list_names, measure_width
from iki_xl.recap.office_figures import summarize
from iki_xl.recap.page_layout import ATTENTION_BLOCK, GRID_COLUMNS, PAGE_DATA, RINGKASAN
from iki_xl.recap.sheets import rekap_unit
from iki_xl.xlsx import count_wrapped_lines, measure_column_pixels

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from iki_xl.recap import RecapContent

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
PRINT_WIDTH = (8.5 - 2 * layout.SIDE_MARGIN) * 72  # points
PRINT_HEIGHT = (layout.F4_LENGTH - 0.5 - 0.6) * 72


def make_many_units(
    count: int, nama: str = "Bidang {}", returns: int | None = None, bulan: int = 12
) -> RecapContent:
    """An office of a head and `count` units of one jabatan, the first `returns` of which report."""
    base = make_sample_katalog().indikator
    units = [Jabatan(f"U{at:02d}", nama.format(at), "J00") for at in range(count)]
    items: list[Indikator] = [
        replace(base[(at + n) % 6], id=f"{unit.id}-{n:02d}", id_jabatan=unit.id)
        for at, unit in enumerate(units)
        for n in (1, 2)
    ]
    katalog = Katalog(
        kantor=KANTOR,
        jabatan=(Jabatan("J00", "Kepala Dinas"), *units),
        indikator=tuple(items),
        referensi=make_sample_katalog().referensi,
    )
    return make_sample_content(katalog, tuple(MadeReturn(u.id, nama="Ani") for u in units[:returns]), bulan)


def make_heavy() -> RecapContent:
    """Forty units, names of 120 letters, emoji and right-to-left marks, kendala of 5,000 letters."""
    name = "Kepala Bidang \u202eGnirib\u202c 😀 Pengembangan Kawasan Perdesaan dan Pemberdayaan Masyarakat "
    recap_content = make_many_units(40, name + "Nomor {}", returns=25)
    return replace(
        recap_content,
        rows=recap_content.rows.assign(
            kendala="anggaran belum cair " * 250, tindak_lanjut="x" * 5000, nama=name
        ),
    )


PAGE_CASES = {
    "dpmd-cianjur": make_real_kantor("dpmd-cianjur"),
    "kecamatan-poncokusumo": make_real_kantor("kecamatan-poncokusumo"),
    "dua belas jabatan": make_sample_content(),
    "sebaran": make_spread_content(THIS_BULAN),
    "satu unit": make_many_units(1),
    "enam belas unit": make_many_units(16),
    "empat puluh unit": make_heavy(),
    "satu pegawai": make_sample_content(returns=RETURNS[:1], bulan=1),
    **dict(make_empty_content()),
}
NO_CHART = ("tanpa laporan", "tanpa jabatan", "tanpa angka")
ALL = pytest.mark.parametrize(
    "recap_content", [pytest.param(recap_content, id=nama) for nama, recap_content in PAGE_CASES.items()]
)


def open_first_page(recap_content: RecapContent) -> Worksheet:
    """The first page with its cached values."""
    return openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)), data_only=True)[RINGKASAN]


def data(sheet: Worksheet, key: str, count: int) -> list[object]:
    """The first cells of a hidden column."""
    column = PAGE_DATA.find_column(key) + 1
    return [sheet.cell(PAGE_DATA.rows(n) + 1, column).value for n in range(count)]


def draw_charts(recap_content: RecapContent) -> list[ET.Element]:
    """The charts of the recap, the bars first."""
    with zipfile.ZipFile(BytesIO(rekap_xlsx(recap_content))) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith("xl/charts/chart"))
        return [ET.fromstring(archive.read(n)) for n in names]


def read_cached_points(chart: ET.Element, path: str) -> dict[int, str]:
    """Cached points of a chart by their index."""
    return {
        int(point.get("idx", "")): str(point.findtext(f"{C}v"))
        for point in chart.findall(f".//{C}ser/{path}//{C}pt")
    }


def find_reference(chart: ET.Element, path: str) -> str:
    return str(chart.findtext(f".//{C}ser/{path}//{C}f"))


def test_two_native_charts_with_indonesian_words():
    bars, line = draw_charts(make_sample_content())
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
    recap_content = make_sample_content()
    bars, line = draw_charts(recap_content)
    units = summarize(recap_content).unit
    sheet = open_first_page(recap_content)
    assert find_reference(bars, f"{C}val") == PAGE_DATA.find_range("panjang_batang", len(units))[1:]
    assert find_reference(bars, f"{C}cat") == PAGE_DATA.find_range("nama_batang", len(units))[1:]
    assert find_reference(line, f"{C}val") == PAGE_DATA.find_range("rata_bulan", THIS_BULAN)[1:]
    assert find_reference(line, f"{C}cat") == PAGE_DATA.find_range("bulan", THIS_BULAN)[1:]
    measured = recap_content.capaian_per_bulan
    owner = measured[THIS_BULAN]["id_jabatan"].map(lambda key: recap_content.katalog.unit(key).id)
    means = [compute_mean(measured[THIS_BULAN]["capaian"][owner == item.unit.id]).value for item in units]
    months = [compute_mean(measured[b]["capaian"]).value for b in range(1, THIS_BULAN + 1)]
    assert data(sheet, "panjang_batang", len(units)) == means
    assert data(sheet, "rata_bulan", THIS_BULAN) == months
    assert [float(v) for v in read_cached_points(bars, f"{C}val").values()] == means
    assert [float(v) for v in read_cached_points(line, f"{C}val").values()] == months
    assert list(read_cached_points(line, f"{C}cat").values()) == [name[:3] for name in BULAN[:THIS_BULAN]]


def test_a_unit_or_month_without_figure_is_a_gap_and_says_so():
    recap_content = make_many_units(4, returns=1, bulan=3)
    first = recap_content.capaian_per_bulan[1].assign(capaian=float("nan"))
    recap_content = replace(recap_content, capaian_per_bulan={**recap_content.capaian_per_bulan, 1: first})
    bars, line = draw_charts(recap_content)
    sheet = open_first_page(recap_content)
    assert set(read_cached_points(bars, f"{C}val")) == {0}
    assert set(read_cached_points(line, f"{C}val")) == {1, 2}
    assert data(sheet, "panjang_batang", 4)[1:] == ["#N/A"] * 3
    assert data(sheet, "rata_bulan", 1) == ["#N/A"]
    names = [f"Bidang {at} (belum ada angka)" for at in (1, 2, 3)]
    assert list(read_cached_points(bars, f"{C}cat").values())[1:] == names
    assert data(sheet, "nama_batang", 4)[1:] == names


def test_more_units_than_bars_are_named_in_a_line():
    recap_content = make_many_units(18)
    assert len(read_cached_points(draw_charts(recap_content)[0], f"{C}cat")) == page_layout.MOST_UNITS
    assert "Tidak digambar, lihat Rekap Unit: Bidang 16; Bidang 17." in join_texts(
        open_first_page(recap_content)
    )


def test_names_that_are_equal_once_cut_get_the_number_of_their_unit():
    names = list(read_cached_points(draw_charts(make_heavy())[0], f"{C}cat").values())
    assert len(set(names)) == page_layout.MOST_UNITS
    assert [name.partition(".")[0] for name in names] == [str(at) for at in range(1, 17)]
    assert all(name.isprintable() for name in names)


@pytest.mark.parametrize("nama", NO_CHART)
def test_without_a_figure_there_is_no_chart_but_a_sentence(nama: str):
    recap_content = PAGE_CASES[nama]
    assert draw_charts(recap_content) == []
    assert "Belum ada data untuk grafik" in join_texts(open_first_page(recap_content))


@pytest.mark.parametrize("nama", [nama for nama in PAGE_CASES if nama not in NO_CHART])
def test_charts_stay_within_a_row_of_their_own(nama: str):
    recap_content = PAGE_CASES[nama]
    with zipfile.ZipFile(BytesIO(rekap_xlsx(recap_content))) as archive:
        drawing = ET.fromstring(archive.read("xl/drawings/drawing1.xml"))
    rows = {int(node.text or "") for node in drawing.iter(f"{XDR}row")}
    columns = [int(node.text or "") for node in drawing.iter(f"{XDR}col")]
    assert len(rows) == 1
    assert columns[1] < columns[2]  # the bars end before the line begins
    assert max(columns) < GRID_COLUMNS
    row = rows.pop() + 1
    assert not any(cell.value for cell in open_first_page(recap_content)[row][:GRID_COLUMNS])


@ALL
def test_it_prints_at_80_percent_or_more(recap_content: RecapContent):
    """Rows and columns as wide as written, against the paper within its margins."""
    sheet = open_first_page(recap_content)
    last = int(re.findall(r"\d+", sheet.print_area)[-1])
    height = sum(sheet.row_dimensions[row].height or 15 for row in range(1, last + 1))
    width = GRID_COLUMNS * measure_column_pixels(page_layout.GRID_COLUMN_WIDTH) * 0.75
    assert min(PRINT_WIDTH / width, PRINT_HEIGHT / height) >= 0.8
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def read_attention_rows(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows that need attention, by the keys of their block."""
    starts = {
        field.key: page_layout.find_first_grid_column(ATTENTION_BLOCK, field.key) for field in ATTENTION_BLOCK
    }
    rows = [{key: row[at] for key, at in starts.items()} for row in sheet.iter_rows(values_only=True)]
    head = next((at for at, row in enumerate(rows) if row["no"] == "No"), len(rows))
    found = rows[head + 1 : head + 1 + page_layout.MOST_ATTENTION_ITEMS]
    return [row for row in found if isinstance(row["no"], int)]


def test_lowest_capaian_first_with_kendala_and_what_is_done_about_it():
    recap_content = make_sample_content()
    rows = read_attention_rows(open_first_page(recap_content))
    measured = recap_content.capaian_per_bulan[THIS_BULAN]
    lowest = sorted(measured["capaian"].dropna())[: page_layout.MOST_ATTENTION_ITEMS]
    assert [row["capaian"] for row in rows] == lowest
    joined = recap_content.rows.assign(capaian=measured["capaian"], skala=measured["skala"])
    for row in rows:
        names = {j.id for j in recap_content.katalog.jabatan if j.nama == row["jabatan"]} or {
            j.id for j in recap_content.katalog.jabatan if j.nama.startswith(str(row["jabatan"])[:-1])
        }
        same = joined[(joined["capaian"] == row["capaian"]) & (joined["nama"] == row["nama"])]
        same = same[same["id_jabatan"].isin(names) & (same["skala"] == row["skala"])]
        assert len(same)
        starts = [str(text or "–")[:20] for text in same["kendala"]]
        assert str(row["kendala"])[:20] in starts


def test_those_without_capaian_follow():
    """Target 0 with realisasi, then filled but not to be judged, then not filled."""
    recap_content = make_sample_content(returns=RETURNS[:2], bulan=12)
    measured = recap_content.capaian_per_bulan[12]
    words = [
        str(row["skala"])
        for row in read_attention_rows(open_first_page(recap_content))
        if row["capaian"] is None
    ]
    urgent = summarize(recap_content)
    assert words == [row.words for row in urgent.attention if row.capaian is None]
    assert words == sorted(words, reverse=True)  # tidak dinilai, belum dinilai
    assert {"tidak dinilai", "belum dinilai"} <= set(words)
    filled = {i: n > 0 for i, n in zip(measured["id_indikator"], measured["bulan_terisi"], strict=True)}
    unjudged = [filled[row.id_indikator] for row in urgent.attention if row.words == "belum dinilai"]
    assert all(before >= after for before, after in pairwise(unjudged))


def test_what_is_best_needs_no_attention():
    recap_content = make_sample_content()
    best = recap_content.capaian_per_bulan[THIS_BULAN].assign(
        status="dinilai", capaian=91.0, skala="Sangat Tinggi"
    )
    recap_content = replace(
        recap_content, capaian_per_bulan={**recap_content.capaian_per_bulan, THIS_BULAN: best}
    )
    assert summarize(recap_content).attention_count == 0
    assert "Tidak ada indikator yang perlu perhatian." in join_texts(open_first_page(recap_content))


def test_each_number_links_to_its_row():
    recap_content = make_sample_content()
    content = BytesIO(rekap_xlsx(recap_content))
    book = openpyxl.load_workbook(content, data_only=True)
    formulas = openpyxl.load_workbook(content)[RINGKASAN]
    links = [c.value for c in formulas["A"] if "HYPERLINK" in str(c.value)]
    places = data(book[RINGKASAN], "posisi", len(links))
    assert len(links) == page_layout.MOST_ATTENTION_ITEMS
    for n, (link, place, row) in enumerate(
        zip(links, places, summarize(recap_content).attention, strict=True)
    ):
        assert PAGE_DATA.cell(n, "posisi") in str(link)
        assert isinstance(place, int)
        at = REKAP.find_row(place - 1) + 1
        assert book[REKAP.nama].cell(at, REKAP.find_column("id_indikator") + 1).value == row.id_indikator
        assert (book[REKAP.nama].cell(at, REKAP.find_column("nip") + 1).value or "") == row.nip


def test_what_is_too_long_is_cut_and_marks_of_direction_do_not_leave_their_cell():
    recap_content = make_heavy()
    sheet = open_first_page(recap_content)
    rows = read_attention_rows(sheet)
    assert len(rows) == page_layout.MOST_ATTENTION_ITEMS
    for row in rows:
        assert str(row["kendala"]).startswith("anggaran belum cair")
        assert str(row["kendala"]).endswith("…")
        assert len(str(row["tindak_lanjut"])) < 200
    line = next(v for v in join_texts(sheet).split("\n") if " pelapor: " in v)
    assert line.isprintable()
    assert re.search(r"^15 pelapor: .*; dan \d+ lainnya\.$", line)


@given(st.text(max_size=300), st.integers(1, 5), st.integers(0, 11))
def test_a_cut_text_fits_and_begins_as_the_whole_one(text: str, lines: int, last: int):
    cut = cut_text(text, (0, last), lines, 9)
    whole = " ".join(text.split())
    if cut != whole:
        assert cut.endswith("…")
        plain = "".join(letter for letter in whole if letter.isprintable())
        assert plain.startswith(cut[:-1])
    if measure_width((0, last)) > measure_width((0, 0)):
        assert count_wrapped_lines(cut, measure_width((0, last)), size=9) <= lines


@given(st.lists(st.text("ab c", min_size=1, max_size=60), min_size=1, max_size=60), st.integers(2, 4))
def test_a_list_of_names_says_how_many_it_leaves_out(names: list[str], lines: int):
    text = list_names(names, WHOLE_WIDTH, lines, 9)
    left = re.search(r"; dan (\d+) lainnya\.$", text)
    shown = text[: left.start() if left else -1].split("; ")
    assert len(shown) + (int(left[1]) if left else 0) == len(names)
    assert count_wrapped_lines(text, measure_width(WHOLE_WIDTH), size=9) <= lines


@given(st.floats(0.5, 1e6))
def test_the_axis_reaches_beyond_the_cap_in_few_steps(cap: float):
    highest, step = charts.scale_axis(cap)
    assert highest > cap * 0.999999
    assert highest - cap <= step * 1.000001
    assert 3 <= highest / step <= 8


@pytest.mark.lambat
@ALL
def test_it_is_one_page_in_print(recap_content: RecapContent, tmp_path: Path):
    """The footer names the sheet of each page; Ringkasan is on the first one alone."""
    require_libreoffice()
    path = tmp_path / "rekap.xlsx"
    path.write_bytes(rekap_xlsx(recap_content))
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
    recap_content = make_sample_content()
    content = BytesIO(rekap_xlsx(recap_content))
    values = openpyxl.load_workbook(content, data_only=True)
    book = openpyxl.load_workbook(content)
    unit = rekap_unit.unit_sheet(THIS_BULAN)
    for recap_sheet, count in ((REKAP, len(recap_content.rows)), (unit, len(summarize(recap_content).unit))):
        first, last = recap_sheet.find_row(0) + 1, recap_sheet.find_row(count - 1) + 1
        for row in range(first, last + 1):
            for column in range(1, len(recap_sheet.columns) + 1):
                turned = values[recap_sheet.nama].cell(first + last - row, column).value
                book[recap_sheet.nama].cell(row, column).value = turned
    path = tmp_path / "dibalik.xlsx"
    book.save(path)
    again = openpyxl.load_workbook(recalculate(path, tmp_path / "lo"), data_only=True)[RINGKASAN]
    places = PAGE_DATA.find_column("posisi") + 1
    moved = [
        (cell.coordinate, cell.value, again[cell.coordinate].value)
        for row in values[RINGKASAN].iter_rows()
        for cell in row
        if cell.column != places and not is_same(cell.value, again[cell.coordinate].value)
    ]
    assert not moved
    there = [row.position for row in summarize(recap_content).attention]
    assert data(again, "posisi", len(there)) == [len(recap_content.rows) + 1 - at for at in there]


@pytest.mark.lambat
@pytest.mark.parametrize("nama", ["empat puluh unit", "enam belas unit", "satu unit"])
def test_libreoffice_gives_the_cached_values(nama: str, tmp_path: Path):
    require_libreoffice()
    path = tmp_path / "rekap.xlsx"
    path.write_bytes(rekap_xlsx(PAGE_CASES[nama]))
    ours = openpyxl.load_workbook(path, data_only=True)[RINGKASAN]
    theirs = openpyxl.load_workbook(recalculate(path, tmp_path / "lo"), data_only=True)[RINGKASAN]
    wrong = [
        (cell.coordinate, cell.value, theirs[cell.coordinate].value)
        for row in ours.iter_rows()
        for cell in row
        if not is_same(cell.value, theirs[cell.coordinate].value)
    ]
    assert not wrong


@pytest.mark.lambat
@pytest.mark.parametrize("version", ["Office2010", "Microsoft365"])
def test_the_validator_finds_nothing(version: str, tmp_path: Path):
    require_validator()
    paths = []
    for number, recap_content in enumerate(PAGE_CASES.values()):
        paths.append(tmp_path / f"{number}.xlsx")
        paths[-1].write_bytes(rekap_xlsx(recap_content))
    assert errors(paths, version) == []
