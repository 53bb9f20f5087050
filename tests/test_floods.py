"""One file never floods a collection: what it can multiply is counted, what a person has to mend is named."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest
from filled import (
    NIP_OTHER,
    enter_person,
    find_address,
    find_form,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import RELATIONSHIPS
from test_hostile import kumpul
from test_recap import REKAP, make_sample_content, read_data_rows

from iki_xl.catalog import katalog_xlsx
from iki_xl.collect.condense import Unmade, condense_books, condense_sheet
from iki_xl.findings import LONGEST_LIST, Level, Place, Temuan, temuan
from iki_xl.pipeline import kumpul as collect
from iki_xl.recap import layout, page_layout, rekap_xlsx
from iki_xl.recap.sheets import rekap_jabatan, rekap_unit, temuan_sheet
from iki_xl.results import CollectRequest, ReadingSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SARI = enter_person("Sari", NIP_OTHER)
JAN = "realisasi_01"
SECRETARY_SHEET = "xl/worksheets/sheet2.xml"
# No single workbook may give rise to more.
MOST = 400


def change_parts(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Change the parts of a workbook in place."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def add_rows(parts: dict[str, bytes], rows: str) -> None:
    """Put rows behind the last one of the secretary's sheet."""
    sheet = re.sub(rb"<dimension[^>]*/>", b"", parts[SECRETARY_SHEET])
    parts[SECRETARY_SHEET] = sheet.replace(b"</sheetData>", rows.encode() + b"</sheetData>")


def same_id(count: int) -> Callable[[dict[str, bytes]], None]:
    """Rows far below the form that all bear the hidden id of its first indikator, and a figure in January."""
    cells = '<c r="A{0}" t="inlineStr"><is><t>J02-01</t></is></c><c r="L{0}"><v>{0}</v></c>'
    rows = "".join(f'<row r="{row}">{cells.format(row)}</row>' for row in range(101, 101 + count))
    return lambda parts: add_rows(parts, rows)


def copies(count: int) -> Callable[[dict[str, bytes]], None]:
    """The secretary's sheet so many times more."""

    def change(parts: dict[str, bytes]) -> None:
        sheets = relations = types = ""
        content = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        for n in range(count):
            parts[f"xl/worksheets/salinan{n}.xml"] = parts[SECRETARY_SHEET]
            sheets += f'<sheet xmlns:r="{RELATIONSHIPS}" name="Salinan {n}" sheetId="{900 + n}" r:id="x{n}"/>'
            target = f'Target="worksheets/salinan{n}.xml"'
            relations += f'<Relationship Id="x{n}" Type="{RELATIONSHIPS}/worksheet" {target}/>'
            types += f'<Override PartName="/xl/worksheets/salinan{n}.xml" ContentType="{content}"/>'
        for name, end, more in (
            ("xl/workbook.xml", b"</sheets>", sheets),
            ("xl/_rels/workbook.xml.rels", b"</Relationships>", relations),
            ("[Content_Types].xml", b"</Types>", types),
        ):
            parts[name] = parts[name].replace(end, more.encode() + end)

    return change


def secretary(path: Path, entries: dict, **options) -> Path:
    return write_return(path, make_katalog(), {"J02": {**SARI, **entries}}, **options)


def rest_of(found: tuple[Temuan, ...], code: str) -> Temuan:
    """The finding that counts those of a kind which are not named."""
    (rest,) = [t for t in found if t.code == code and "lagi di lembar ini" in t.message]
    return rest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    (tmp_path / "workbooks").mkdir()
    return tmp_path


# The flood itself.


@pytest.mark.lambat
def test_two_hundred_thousand_rows_with_one_hidden_id(folder):
    """The first are named, the others counted with some of their places; the parent stays under 300 MB."""
    flood = secretary(folder / "workbooks" / "banjir.xlsx", {("J02-01", JAN): 2})
    change_parts(flood, same_id(200_000))
    write_return(folder / "workbooks" / "lain.xlsx", make_katalog(), {"J01": {("J01-02", JAN): 80}})
    answer, memory = kumpul(folder, "--batas", "detik=300")
    said = [t for t in answer["temuan"] if t["berkas"] == "banjir.xlsx"]
    assert {t["kode"] for t in said} == {"B11"}
    assert len(said) == 21
    assert [t["sel"] for t in said] == [f"B{row}" for row in range(101, 122)]
    assert "199.980 temuan B11 lagi di lembar ini, antara lain B121, B122" in said[-1]["pesan"]
    assert said[-1]["nilai"].startswith("B121 Jan 121; B122 Jan 122; ")
    assert answer["diterima"] == 2
    assert (folder / "reports" / "temuan.csv").stat().st_size < 100_000
    assert memory < 300


def rows_of_unknown_ids(book):
    for row in range(60, 460):
        book.worksheets[1].cell(row, 1, f"LAMA-{row}")
        book.worksheets[1].cell(row, 12, row)


def rows_of_another_jabatan(book):
    for row in range(60, 460):
        book.worksheets[1].cell(row, 1, "J03-01")
        book.worksheets[1].cell(row, 12, row)


def columns_twice(book):
    for column in range(60, 460):
        book.worksheets[1].cell(1, column, JAN)


def texts_beside(book):
    for row in range(60, 460):
        book.worksheets[1].cell(row, 60, f"catatan {row}")


def sheets_of_ones_own(book):
    for n in range(400):
        book.create_sheet(f"Hitungan {n}")["A1"] = n


def lost_ids(book):
    for n in range(200):
        book.create_sheet(f"Tempelan {n}")["A1"] = "J02-01"


FLOODS = {
    "B09": rows_of_unknown_ids,
    "B26": rows_of_another_jabatan,
    "B15": columns_twice,
    "B16": texts_beside,
    "B18": sheets_of_ones_own,
    "B17": lost_ids,
}


@pytest.mark.parametrize("code", FLOODS)
def test_whatever_a_file_can_multiply_is_counted(tmp_path, code):
    """Rows, columns, cells and sheets beside the form: some are named, a number says how many there are."""
    path = secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=FLOODS[code])
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J02-01", 1, 2.0)]
    said = Counter(t.code for t in found)
    assert 1 < said[code] <= 101
    assert sum(said.values()) < MOST
    counts = [t.message for t in found if re.search(r"\d+ (temuan|sel lain|lembar lain)", t.message)]
    assert counts, [t.message for t in found][-3:]


def test_what_is_not_named_is_quoted(tmp_path):
    """The finding that counts the rest holds what was typed there, with its cells."""
    path = secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=texts_beside)
    _, found = receive_returns(make_katalog(), path)
    (rest,) = [t for t in found if t.code == "B25"]
    assert rest.message.startswith(
        "380 sel lain di luar baris dan kolom formulir juga berisi, antara lain BH80"
    )
    assert rest.value.startswith("BH80 catatan 80; BH81 catatan 81; ")
    assert rest.value.endswith("BH459 catatan 459")


@pytest.mark.parametrize("typed", ["sudah", -1, "Rp x"])
def test_every_cell_in_galat_is_named_and_marked(folder, typed):
    """The form bounds these: 36 figures of one kind are 36 galat and 36 marked cells in the copy to mend."""
    cells = [
        (item.id, f"realisasi_{n:02d}")
        for item in find_form(make_katalog(), "J02").indikator
        for n in range(1, 13)
    ]
    secretary(folder / "workbooks" / "a.xlsx", dict.fromkeys(cells, typed))
    wanted = CollectRequest(folder / "workbooks", folder / "reports")
    result = collect(make_katalog(), wanted, ReadingSettings(workers=1))
    places = {find_address(make_katalog(), *cell_key) for cell_key in cells}
    assert {t.cell for t in result.temuan if t.level is Level.GALAT} == places
    copy = openpyxl.load_workbook(folder / "reports" / "perbaikan" / "a.xlsx")
    sheet = copy[find_form(make_katalog(), "J02").sheet_name]
    assert {str(area.sqref) for area in sheet.conditional_formatting} >= places


@pytest.mark.lambat
def test_a_sheet_copied_hundreds_of_times_is_counted(folder):
    """One return counts; the copies of it are told by a few findings and their number."""
    path = secretary(folder / "workbooks" / "a.xlsx", {("J02-01", JAN): -2, ("J02-02", JAN): 3})
    change_parts(path, copies(300))
    wanted = CollectRequest(folder / "workbooks", folder / "reports")
    result = collect(make_katalog(), wanted, ReadingSettings({"detik": 300}, workers=1))
    assert len(result.temuan) < MOST
    rows = list(csv.DictReader((folder / "reports" / "realisasi.csv").open(encoding="utf-8")))
    assert [(r["id_indikator"], r["realisasi"]) for r in rows] == [("J02-02", "3.0")]
    wrong = [t for t in result.temuan if t.level is Level.GALAT]
    assert [t.code for t in wrong] == ["N11"]


def test_a_workbook_of_many_sheets_is_told_in_full(tmp_path):
    """What an honest workbook of a whole office gives rise to is named, sheet by sheet."""
    office = make_katalog()
    entries = {
        "J01": {("J01-02", JAN): "delapan"},
        "J02": {**SARI, ("J02-01", JAN): "dua"},
        "J03": {("J03-02", JAN): "tiga"},
    }
    _, found = receive_returns(office, write_return(tmp_path / "a.xlsx", office, entries))
    assert [(t.sheet, t.value) for t in found if t.code == "N15"] == [
        ("01 Kepala Dinas", "delapan"),
        ("02 Sekretaris", "dua"),
        ("03 Pengelola Data", "tiga"),
    ]


# The texts in a finding.


def test_long_texts_in_a_finding_are_bounded(tmp_path):
    """A hundred texts of 32,000 letters each beside the form: their findings hold what a few cells can."""

    random = Random(1)

    def change(book):
        for row in range(60, 160):
            book.worksheets[1].cell(row, 60, "".join(random.choices("abcdefgh", k=32_000)))

    _, found = receive_returns(
        make_katalog(), secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)
    )
    rest = next(t for t in found if t.code == "B25")
    assert len(rest.value) <= LONGEST_LIST
    assert all(len(t.message) < 1_000 for t in found)
    assert sum(len(t.value) for t in found) < 1_000_000


def test_a_long_hidden_id_or_sheet_name_is_not_repeated(tmp_path):
    """Both stand in every finding about them."""

    def change(book):
        book.worksheets[1]["A60"] = "X" * 30_000
        book.worksheets[1]["L60"] = 3

    path = secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)

    def rename(parts: dict[str, bytes]) -> None:
        old, new = b'name="02 Sekretaris"', b'name="' + b"S" * 30_000 + b'"'
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(old, new)

    merged, found = receive_returns(make_katalog(), change_parts(path, rename))
    assert list_figures(merged) == [("J02-01", 1, 2.0)]
    (unknown,) = [t for t in found if t.code == "B09"]
    assert len(unknown.id_indikator) <= 100
    assert len(unknown.sheet) <= 255
    assert len(unknown.message) < 1_000


# By construction.

KINDS = st.sampled_from(["B09", "B11", "B12", "B16", "N15", "S03"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KINDS, st.integers(1, 400), st.booleans()), max_size=300))
def test_nothing_is_lost_when_findings_are_counted(items):
    """Named and counted together are all there were; at input cells every one is named."""

    def make(code: str, row: int) -> Temuan:
        words = dict.fromkeys(("nama", "baris", "tertulis", "asli", "bulan"), "x")
        return temuan(code, Place("a.xlsx", "L", f"B{row}"), f"isi {row}", **words)

    def offered() -> Iterator[Temuan | Unmade]:
        for code, row, late in items:
            yield Unmade(code, lambda code=code, row=row: make(code, row)) if late else make(code, row)

    inputs = {f"B{row}" for row in range(1, 100)}
    found = list(condense_sheet(offered(), lambda: inputs))
    for code in {code for code, _, _ in items}:
        wanted = [f"B{row}" for kind, row, _ in items if kind == code]
        counts = [
            t for t in found if re.match(r"[\d.]+ (temuan|sel) ", t.message) and code in {t.code, _of(t)}
        ]
        named = [t for t in found if t.code == code and t not in counts]
        assert len(counts) <= 1
        assert len(named) + sum(int(t.message.split()[0].replace(".", "")) for t in counts) == len(wanted)
        assert [t.cell for t in named[:20]] == wanted[:20]


def _of(t: Temuan) -> str:
    return "B16" if t.code == "B25" else t.code


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=120), st.sampled_from(["B18", "N15", "G01"]))
def test_a_workbooks_findings_are_bounded_whatever_its_sheets_hold(sheets, code):
    """Every sheet is named or counted, and no finding tells of a sheet that has none."""
    made = [
        temuan(code, Place("a.xlsx", f"L{n}", f"B{row}"), lain="b.xlsx")
        for n, count in enumerate(sheets)
        for row in range(count)
    ]
    found = list(condense_books(made))
    named = {t.sheet for t in found if t.sheet}
    counts = [int(re.search(r"di (\d+) lembar lain", t.message)[1]) for t in found if not t.sheet]
    assert len(found) <= 1_000 + 60 + 1
    assert len(named) + sum(counts) == sum(count > 0 for count in sheets)


# Excel's limits.


def open_values(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def test_more_findings_than_excel_has_rows(monkeypatch):
    """The sheet holds what fits and says where the others are; the first page counts all of them."""
    said = tuple(temuan("N15", Place("a.xlsx", "L", f"B{n}"), f"isi {n}") for n in range(300))
    recap = replace(make_sample_content(), temuan=said)
    monkeypatch.setattr(layout, "EXCEL_ROWS", 200)
    content = rekap_xlsx(recap)
    sheet = open_values(content)[temuan_sheet.TEMUAN.nama]
    assert sheet.max_row == 200
    kept = 200 - temuan_sheet.TEMUAN.find_row(0) - 1
    assert sheet.cell(200, 1).value == f"… {300 - kept} baris lain ada di temuan.csv."
    first = openpyxl.load_workbook(io.BytesIO(content))[page_layout.RINGKASAN]
    shown = [cell.value for row in first.iter_rows() for cell in row if cell.value is not None]
    assert 300 in shown
    assert f"dan {0} peringatan (lembar Temuan)" in shown


def test_more_rows_than_excel_has_on_the_sheets_of_figures(monkeypatch):
    """Rekap Indikator and the months are cut and say so; above them stand the figures of all rows."""
    recap = make_sample_content()
    whole = open_values(rekap_xlsx(recap))
    above = {"Rekap Unit": rekap_unit.unit_sheet(9), "Rekap Jabatan": rekap_jabatan.jabatan_sheet(9)}
    limit = whole["Rekap Jabatan"].max_row
    assert len(recap.rows) > limit
    monkeypatch.setattr(layout, "EXCEL_ROWS", limit)
    content = rekap_xlsx(recap)
    cut, formulas = open_values(content), openpyxl.load_workbook(io.BytesIO(content))
    for sheet in (cut[REKAP.nama], cut["Januari"], cut["September"]):
        assert sheet.max_row == limit
        assert sheet.cell(limit, 1).value.endswith(" baris lain ada di realisasi.csv dan capaian.csv.")
    for name, declared in above.items():
        assert [without_link(r) for r in read_data_rows(cut[name], declared)] == [
            without_link(r) for r in read_data_rows(whole[name], declared)
        ]
        assert not [c for row in formulas[name].iter_rows() for c in row if c.data_type == "f"]
    assert cut.sheetnames == whole.sheetnames


def without_link(row: dict[str, object]) -> dict[str, object]:
    """A row without its link: there is none to a row that does not stand there."""
    return {key: value for key, value in row.items() if key != "tautan"}


def test_a_text_that_no_cell_holds_is_cut_and_said():
    """What was typed is longer than 32,767 letters: the sheet says where the rest is."""
    said = (temuan("N15", Place("a.xlsx", "L", "B1"), "x" * 50_000),)
    sheet = open_values(rekap_xlsx(replace(make_sample_content(), temuan=said)))[temuan_sheet.TEMUAN.nama]
    (row,) = read_data_rows(sheet, temuan_sheet.TEMUAN)
    assert len(row["nilai"]) <= 32_767
    assert row["nilai"].endswith("x… (lengkapnya di temuan.csv)")


def test_the_json_of_a_flood_is_small(folder):
    """What programs read is bounded like what people read."""
    secretary(folder / "workbooks" / "a.xlsx", {("J02-01", JAN): 2}, change=rows_of_unknown_ids)
    answer, _ = kumpul(folder)
    assert len(json.dumps(answer)) < 60_000
