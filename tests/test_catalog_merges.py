"""Merged cells in katalog.xlsx: shared by the rows they cover, or named where nobody could be sure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from catalogs import INDIKATOR, KATALOG, Edit, with_parts

from iki_xl.catalog import read_katalog

CASES = Path(__file__).parent / "cases" / "laporan"


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return Edit(tmp_path)


def remarks(edit: Edit) -> list[tuple[str, str, str]]:
    return [(f.code, f.sheet, f.cell) for f in edit.read().remarks]


def test_merged_satuan_tipe_and_target_count_for_all_their_rows():
    """F22:F26, G22:G26 and K22:K26 are merged: five indikator share them, three remarks name the areas."""
    read = read_katalog(CASES / "12-katalog-satuan-target-digabung.xlsx")
    shared = read.indikator[20:25]
    assert {(i.satuan, i.tipe_perhitungan, i.target) for i in shared} == {("Dokumen", "Kumulatif", 12)}
    assert [(f.code, f.level, f.cell) for f in read.remarks] == [
        ("K34", "peringatan", "F22"),
        ("K34", "peringatan", "G22"),
        ("K34", "peringatan", "K22"),
    ]
    assert (
        read.remarks[0].message
        == "Sel F22:F26 digabung; yang dibaca untuk semua baris di dalamnya: “Dokumen”."
    )


def test_a_merged_sasaran_is_one_remark_and_no_missing_ones():
    """D4:D14 and D22:D26 are merged: one remark each, and no row lacks its sasaran."""
    read = read_katalog(CASES / "12b-katalog-sasaran-digabung.xlsx")
    assert [(f.code, f.cell) for f in read.remarks] == [("K34", "D4"), ("K34", "D22")]
    assert len({i.sasaran for i in read.indikator[2:13]}) == 1
    assert all(i.sasaran for i in read.indikator)


def test_jabatan_ids_may_be_merged_over_their_indikator(edit: Edit):
    """The way people lay such lists out: the id once, for all rows beside it."""
    edit.put("Indikator", "B2", "J02")
    edit.put("Indikator", "B3", None)
    edit.workbook["Indikator"].merge_cells("B2:B3")
    assert remarks(edit) == [("K34", "Indikator", "B2")]
    assert [i.id_jabatan for i in edit.read().indikator] == ["J02", "J02"]


def test_what_is_wrong_in_a_merged_cell_is_said_once(edit: Edit):
    """Not once for each row that shares it."""
    edit.put("Indikator", "F2", "Lapran")
    edit.workbook["Indikator"].merge_cells("F2:F3")
    assert edit.places() == [("K34", "Indikator", "F2"), ("K07", "Indikator", "F2")]


def test_a_record_over_several_rows_is_one_record(edit: Edit):
    """All cells merged over two rows, for room: nothing is shared, nothing is said."""
    edit.workbook["Indikator"].move_range("A3:K3", rows=1)
    for column in "ABCDEFGHIJKLMNO":
        edit.workbook["Indikator"].merge_cells(f"{column}2:{column}3")
    read = edit.read()
    assert (read, read.remarks) == (KATALOG, ())


def test_a_blank_merged_area_is_blank(edit: Edit):
    """Nothing stands in it, nothing is said of it, and what is missing is missing in each row."""
    edit.workbook["Indikator"].merge_cells("K3:M5")
    assert edit.read() == KATALOG
    edit.put("Indikator", "D2", None)
    edit.put("Indikator", "D3", None)
    edit.workbook["Indikator"].merge_cells("D2:D3")
    assert edit.places() == [("K12", "Indikator", "D2"), ("K12", "Indikator", "D3")]


@pytest.mark.parametrize(
    ("sheet", "area", "values"),
    [
        ("Indikator", "K2:M2", {"K2": 12}),  # target and quarters
        ("Indikator", "D2:E2", {"D2": "Sasaran dan indikator"}),
        ("Indikator", "A2:A3", {"A2": "J02-01"}),  # an id for two rows
        ("Jabatan", "A3:A4", {"A3": "J02"}),
        ("Indikator", "C2:D2", {"C2": "Kasi"}),  # it begins in a column that is not read
        ("Kantor", "B2:B3", {"B2": "Kecamatan Contoh"}),  # two entries
        ("Kantor", "A2:B2", {"A2": "Nama kantor"}),  # label and value
        ("Referensi", "C2:C3", {"C2": "Kumulatif"}),
        ("Referensi", "A4:C4", {"A4": "Kecamatan"}),
        ("Indikator", "K1:K2", {"K1": "Target tahunan"}),
    ],
)
def test_an_area_over_things_that_are_not_the_same_is_a_mistake(edit: Edit, sheet, area, values):
    """Across columns, in an id, over two entries of a form: the area is named, and not called blank."""
    for cell, value in values.items():
        edit.put(sheet, cell, value)
    edit.workbook[sheet].merge_cells(area)
    found = edit.findings()
    first = area.partition(":")[0]
    (merge,) = [f for f in found if f.code == "K35"]
    assert (merge.sheet, merge.cell, merge.level) == (sheet, first, "galat")
    assert f"Sel {area} digabung" in merge.message
    assert not [f for f in found if f.code in {"K03", "K12"} and f.sheet == sheet and f.cell == first]


@pytest.mark.parametrize(
    ("sheet", "area"), [("Kantor", "B2:C2"), ("Kantor", "B20:C24"), ("Pegawai", "D3:E3")]
)
def test_an_area_over_columns_that_are_not_read_does_not_matter(edit: Edit, sheet, area):
    """A long name may take the room of the hint beside it."""
    edit.workbook[sheet].merge_cells(area)
    read = edit.read()
    assert (read, read.remarks) == (KATALOG, ())


def test_what_a_merged_area_hides_is_named(tmp_path: Path):
    """LibreOffice can keep the covered contents; nobody sees them, so they do not count, and are said."""
    edit = Edit(tmp_path)
    edit.put("Indikator", "F3", None)
    edit.workbook["Indikator"].merge_cells("F2:F3")
    edit.workbook.save(edit.path)

    def hide(name: str, part: bytes) -> bytes:
        hidden = b'<c r="F3" t="inlineStr"><is><t>Desa</t></is></c>'
        return re.sub(rb'<c r="F3"[^>]*?(?:/>|></c>)', hidden, part) if name == INDIKATOR else part

    edit.path.write_bytes(with_parts(edit.path.read_bytes(), hide))
    read = read_katalog(edit.path)
    assert [i.satuan for i in read.indikator] == ["Laporan", "Laporan"]
    assert [f.message for f in read.remarks] == [
        (
            "Sel F2:F3 digabung; yang dibaca untuk semua baris di dalamnya: “Laporan”. "
            "Isi yang tertutup tidak dibaca: “Desa”."
        )
    ]
