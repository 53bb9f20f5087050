"""A katalog.xlsx with mistakes: every mistake is named at once, with its cell and its remedy."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import biff
import pytest
from catalogs import GOOD_KATALOG, NIP, Edit

from iki_xl.catalog import (
    Arah,
    Kantor,
    Katalog,
    Pegawai,
    Sebaran,
    katalog_xlsx,
    read_katalog,
)
from iki_xl.errors import CatalogError, CatalogMistakesError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return Edit(tmp_path)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("Kantor", "B2", None, "K12"),
        ("Kantor", "B3", "  ", "K12"),
        ("Kantor", "B4", None, "K12"),
        ("Kantor", "B4", 1999, "K14"),
        ("Kantor", "B4", 2026.5, "K14"),
        ("Kantor", "B4", "tahun ini", "K14"),
        ("Kantor", "B4", date(2026, 1, 2), "K14"),
        ("Kantor", "B11", 198501012010011001, "K10"),
        ("Kantor", "B11", "123", "K11"),
        ("Kantor", "B12", None, "K12"),
        ("Kantor", "B12", "mingguan", "K13"),
        ("Jabatan", "A4", None, "K03"),
        ("Jabatan", "A4", "j01", "K04"),
        ("Jabatan", "A4", 1.5, "K19"),
        ("Jabatan", "A4", datetime(2026, 2, 1), "K19"),  # noqa: DTZ001 - as a workbook holds it
        ("Jabatan", "B3", None, "K12"),
        ("Jabatan", "B3", True, "K19"),
        ("Jabatan", "C3", "J99", "K05"),
        ("Jabatan", "C2", "J01", "K06"),
        ("Jabatan", "E3", "#REF!", "K16"),
        ("Jabatan", "E3", "=1+1", "K18"),
        ("Pegawai", "A2", None, "K12"),
        ("Pegawai", "A2", 198501012010011001, "K10"),
        ("Pegawai", "A2", 1.98501012010011e17, "K10"),
        ("Pegawai", "A2", "198513012010011001", "K11"),
        ("Pegawai", "B2", None, "K12"),
        ("Pegawai", "D2", "J77", "K09"),
        ("Pegawai", "D2", None, "K12"),
        ("Indikator", "A2", None, "K03"),
        ("Indikator", "A3", "J02-01", "K04"),
        ("Indikator", "B2", "J77", "K09"),
        ("Indikator", "B2", None, "K12"),
        ("Indikator", "D2", None, "K12"),
        ("Indikator", "E2", None, "K12"),
        ("Indikator", "F2", "Lapran", "K07"),
        ("Indikator", "G2", "Komulatif", "K08"),
        ("Indikator", "H2", "Naik", "K13"),
        ("Indikator", "K2", -1, "K14"),
        ("Indikator", "K2", 2e15, "K14"),
        ("Indikator", "K2", "1.250,5", "K14"),
        ("Indikator", "K2", "12 laporan", "K14"),
        ("Indikator", "K2", False, "K14"),
        ("Indikator", "M2", "belum", "K14"),
        ("Indikator", "M2", "#DIV/0!", "K16"),
        ("Referensi", "A31", "desa", "K23"),
        ("Referensi", "C4", "Rata-rata", "K12"),
        ("Referensi", "C3", " kumulatif ", "K23"),
        ("Referensi", "D2", "dijumlah", "K13"),
        ("Referensi", "D3", None, "K12"),
        ("Referensi", "F3", 91, "K24"),
        ("Referensi", "F3", None, "K12"),
        ("Referensi", "F6", -1, "K14"),
        ("Referensi", "G3", None, "K12"),
        ("Referensi", "J2", 0, "K14"),
        ("Referensi", "J2", None, "K12"),
        ("Referensi", "J3", "Mungkin", "K13"),
    ],
)
def test_a_mistake_is_named_by_its_cell(edit: Edit, sheet, cell, value, code):
    """One thing is put into a good catalogue; some make a second cell wrong as well."""
    edit.put(sheet, cell, value)
    if value == "Rata-rata":
        assert edit.places() == [("K12", "Referensi", "D4")]  # a tipe without its cara hitung
        return
    found = edit.places()
    assert (code, sheet, cell) in found
    assert [place for place in found if place[1:] == (sheet, cell)] == [(code, sheet, cell)]


def test_a_finding_says_what_is_wrong_and_what_to_do(edit: Edit):
    """The nearest entry of the list is named, the ids of the row stand in the finding."""
    edit.put("Indikator", "F2", "lapran")
    (finding,) = edit.findings()
    assert finding.message == "Satuan “lapran” tidak ada di daftar satuan. Maksud Anda: Laporan?"
    assert finding.remedy == "Pilih dari daftar, atau tambahkan dahulu di lembar Referensi kolom Satuan."
    assert (finding.file, finding.id_jabatan, finding.id_indikator) == ("katalog.xlsx", "J02", "J02-01")
    assert (finding.value, finding.level) == ("lapran", "galat")


def test_several_mistakes_are_reported_together_in_reading_order(edit: Edit):
    """Nobody has to run the command once for each mistake."""
    edit.put("Kantor", "B2", None)
    edit.put("Jabatan", "C3", "J99")
    edit.put("Pegawai", "A2", 198501012010011001)
    edit.put("Indikator", "F2", "Lapran")
    edit.put("Indikator", "K3", "banyak")
    edit.put("Indikator", "E2", None)
    edit.put("Referensi", "J2", "#N/A")
    assert edit.places() == [
        ("K12", "Kantor", "B2"),
        ("K05", "Jabatan", "C3"),
        ("K10", "Pegawai", "A2"),
        ("K12", "Indikator", "E2"),
        ("K07", "Indikator", "F2"),
        ("K14", "Indikator", "K3"),
        ("K16", "Referensi", "J2"),
    ]


def test_the_message_counts_the_mistakes(edit: Edit):
    """One sentence for the person at the keyboard."""
    edit.put("Kantor", "B2", None)
    edit.put("Kantor", "B3", None)
    with pytest.raises(CatalogMistakesError) as caught:
        edit.read()
    assert str(caught.value) == (
        f"{edit.path} memuat 2 kesalahan; perbaiki di Excel, simpan, lalu ulangi perintahnya."
    )


def test_a_circle_of_atasan_is_told_once_with_its_chain(edit: Edit):
    """J01 below J03 closes the circle of three."""
    edit.put("Jabatan", "C2", "J03")
    (finding,) = edit.findings()
    assert (finding.code, finding.cell) == ("K06", "C2")
    assert finding.message == "Garis atasan berputar: J01 → J03 → J02 → J01."


def test_the_same_person_twice_in_one_jabatan_is_a_mistake(edit: Edit):
    """The second row is named; in another jabatan the same NIP may stand."""
    edit.put("Pegawai", "A3", "19850101 201001 1 001")
    assert [p.id_jabatan for p in Edit.read(edit).pegawai] == ["J02", "J03"]
    edit.put("Pegawai", "D3", "J02")
    assert edit.places() == [("K15", "Pegawai", "A3")]


def test_missing_sheets_and_columns_are_named_once_and_raise_no_others(edit: Edit):
    """Without the Jabatan sheet nothing is said of the ids that point to it."""
    del edit.workbook["Jabatan"]
    del edit.workbook["Referensi"]
    edit.put("Indikator", "F1", "Ukuran")
    edit.put("Kantor", "A4", "Thn")
    found = [(f.code, f.sheet, f.message) for f in edit.findings()]
    assert found == [
        ("K22", "Kantor", "Baris “Tahun” tidak ada di lembar Kantor."),
        ("K01", "Jabatan", "Lembar “Jabatan” tidak ada di katalog."),
        ("K02", "Indikator", "Kolom “Satuan” tidak ada di lembar Indikator."),
        ("K01", "Referensi", "Lembar “Referensi” tidak ada di katalog."),
    ]


def test_a_title_that_stands_twice_is_a_mistake(edit: Edit):
    """Nobody can say which of the two columns counts."""
    edit.put("Jabatan", "H1", " tugas")
    assert edit.places() == [("K25", "Jabatan", "H1")]


def test_an_emptied_list_is_a_mistake(edit: Edit):
    """Without a skala no capaian has a name."""
    for row in range(2, 7):
        edit.put("Referensi", f"F{row}", None)
        edit.put("Referensi", f"G{row}", None)
    assert [(f.code, f.message) for f in edit.findings()] == [
        ("K26", "Daftar Skala: mulai dari (%) di lembar Referensi kosong.")
    ]


def test_targets_of_another_rincian_are_not_left_out_in_silence(edit: Edit):
    """Quarterly targets are there, but the office says tahunan: they are kept, not used, and that is said."""
    edit.put("Indikator", "L2", 3)
    edit.put("Kantor", "B12", "tahunan")
    katalog = edit.read()
    assert [(f.code, f.level, f.cell) for f in katalog.remarks] == [("K27", "peringatan", "L1")]
    assert "berisi 1 isian yang tidak dipakai" in katalog.remarks[0].message
    assert all(item.period_targets == () for item in katalog.indikator)


@pytest.mark.parametrize(
    ("typed", "sebaran", "said"),
    [
        (" RATA ", Sebaran.EVEN, []),
        ("Akhir  Tahun", Sebaran.YEAR_END, []),
        (None, Sebaran.UNSAID, []),
    ],
)
def test_a_sebaran_is_read_without_case_and_spaces(edit: Edit, typed, sebaran, said):
    edit.put("Kantor", "B12", "tahunan")
    edit.put("Indikator", "P2", typed)
    katalog = edit.read()
    assert katalog.indikator[0].sebaran is sebaran
    assert [f.code for f in katalog.remarks] == said


def test_another_sebaran_is_a_mistake_with_the_nearest_one_named(edit: Edit):
    edit.put("Indikator", "P2", "akhirtahun")
    (found,) = edit.findings()
    assert (found.code, found.cell) == ("K13", "P2")
    assert "Maksud Anda: akhir tahun?" in found.message
    assert found.remedy == "Pilih salah satu: rata, akhir tahun."


def test_a_sebaran_without_effect_is_said_and_kept(edit: Edit):
    """`rata` where months are not added up; any where the office sets targets per period. No galat."""
    edit.put("Kantor", "B12", "tahunan")
    edit.put("Indikator", "P2", "rata")  # Kumulatif
    edit.put("Indikator", "P3", "rata")  # Non Kumulatif
    katalog = edit.read()
    assert [(f.code, f.level, f.cell) for f in katalog.remarks] == [("K39", "peringatan", "P3")]
    assert [item.sebaran for item in katalog.indikator] == [Sebaran.EVEN] * 2
    edit.put("Indikator", "P3", "akhir tahun")
    assert edit.read().remarks == ()
    edit.put("Indikator", "P3", "rata")
    edit.put("Indikator", "G3", None)  # staff may still choose Kumulatif
    assert edit.read().remarks == ()
    edit.put("Kantor", "B12", "triwulan")
    assert [(f.code, f.cell) for f in edit.read().remarks] == [("K40", "P2"), ("K40", "P3")]


def test_columns_and_rows_may_be_moved_and_others_added(edit: Edit):
    """Titles are compared without case and spaces; blank rows, own columns and sheets are left alone."""
    sheet = edit.workbook["Pegawai"]
    moved = [["Catatan", "id  JABATAN", "nip", " Nama ", "Pangkat/golongan"], ["x", "J02", NIP, "Siti", None]]
    sheet.delete_rows(1, 300)
    for at, row in zip((1, 9), moved, strict=True):
        for column, value in enumerate(row, start=1):
            sheet.cell(at, column, value)
    edit.workbook.create_sheet("Coretan")["A1"] = "#REF!"
    assert edit.read().pegawai == (Pegawai(NIP, "Siti", "J02"),)


def test_what_excel_made_of_plain_entries_is_read_sensibly(edit: Edit):
    """Whole numbers in text cells, plain digits in number cells, a real date, a percentage, edge spaces."""
    edit.put("Kantor", "B4", " 2027 ")
    edit.put("Kantor", "B7", date(2026, 1, 3))
    edit.put("Jabatan", "B4", 2022)
    edit.put("Jabatan", "E2", "\u00a0satu_x000D_\ndua\t ")
    edit.put("Pegawai", "A2", " 19850101 201001.1.001 ")
    edit.put("Indikator", "H2", None)
    edit.put("Indikator", "H3", " minimal")
    edit.put("Indikator", "F2", "  sub  KEGIATAN ")
    edit.put("Indikator", "B2", "j02")
    edit.put("Indikator", "K3", 0.57)
    edit.workbook["Indikator"]["K3"].number_format = "0%"
    edit.put("Indikator", "L3", "15")
    katalog = edit.read()
    first, second = katalog.indikator
    assert (katalog.kantor.tahun, katalog.kantor.dated) == (2027, "3 Januari 2026")
    assert katalog.jabatan_by_id["J03"].nama == "2022"
    assert katalog.jabatan_by_id["J01"].tugas == "satu\ndua"
    assert katalog.pegawai[0].nip == NIP
    assert (first.arah, first.satuan, first.id_jabatan) == (Arah.MAXIMAL, "sub  KEGIATAN", "J02")
    assert (second.arah, second.target, second.period_targets) == (Arah.MINIMAL, 57, (15, None, None, None))


def test_a_number_as_id_becomes_its_text(edit: Edit):
    """An id 12 is "12", also where other rows refer to it."""
    edit.put("Jabatan", "A4", 12)
    edit.put("Indikator", "B3", 12)
    edit.put("Pegawai", "D3", 12.0)
    katalog = edit.read()
    assert katalog.jabatan[2].id == "12"
    assert katalog.indikator[1].id_jabatan == katalog.pegawai[1].id_jabatan == "12"


def test_a_formula_counts_as_the_result_it_was_stored_with(tmp_path: Path):
    """Also when the result is an empty text: that is a blank cell, not a formula never computed."""
    path = tmp_path / "katalog.xlsx"
    with zipfile.ZipFile(BytesIO(GOOD_KATALOG)) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for cell, formula, result in (("B2", '"Kantor "&amp;1', "Kantor 1"), ("B7", '""', "")):
                    new = f'<c r="{cell}" t="str"><f>{formula}</f><v>{result}</v></c>'
                    content = re.sub(rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)', new, content)
            target.writestr(name, content)
    kantor = read_katalog(path).kantor
    assert (kantor.nama, kantor.dated) == ("Kantor 1", "")


def test_a_new_empty_catalogue_says_what_to_fill_in(tmp_path: Path):
    """What `iki-xl mulai` makes is complete but for the office's own names."""
    path = tmp_path / "katalog.xlsx"
    path.write_bytes(katalog_xlsx(Katalog(Kantor("", "", 2026))))
    with pytest.raises(CatalogMistakesError) as caught:
        read_katalog(path)
    assert [(f.code, f.cell) for f in caught.value.findings] == [("K12", "B2"), ("K12", "B3")]


# Files that are no catalogue ---------------------------------------------------------------------


def refusal(path: Path) -> str:
    with pytest.raises(CatalogError) as caught:
        read_katalog(path)
    assert not isinstance(caught.value, CatalogMistakesError)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_missing_catalogue_points_to_the_command_that_makes_one(tmp_path: Path):
    """The sentence names `iki-xl mulai`."""
    assert "tidak ada; jalankan `iki-xl mulai`" in refusal(tmp_path / "katalog.xlsx")


def test_a_folder_is_no_catalogue(tmp_path: Path):
    """People pass the working folder itself."""
    assert "adalah folder" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "bukan buku kerja Excel"),
        (b"ID;Nama\nJ01;Camat\n", "bukan buku kerja Excel"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "bukan buku kerja Excel"),
        (biff.ole(WordDocument=b"x" * 600), "bukan buku kerja Excel"),
        (biff.ole(EncryptedPackage=b"x" * 600), "dikunci dengan kata sandi"),
        (b"PK\x03\x04 bukan zip", "rusak, terpotong"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path, content, words):
    """A renamed text file, an old Word document, an encrypted workbook, half a zip."""
    path = tmp_path / "katalog.xlsx"
    path.write_bytes(content)
    assert words in refusal(path)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_workbook_is_refused(tmp_path: Path, kept):
    """A copy that broke off."""
    content = GOOD_KATALOG
    path = tmp_path / "katalog.xlsx"
    path.write_bytes(content[: int(len(content) * kept)])
    assert "rusak, terpotong" in refusal(path)


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"]
)
@pytest.mark.parametrize("broken", [None, b"<a", b"<a/>"])
def test_a_workbook_with_a_broken_part_never_ends_in_a_traceback(tmp_path: Path, part, broken):
    """A part that is gone, cut short, or something else: a sentence or findings, no other error."""
    path = tmp_path / "katalog.xlsx"
    with (
        zipfile.ZipFile(BytesIO(GOOD_KATALOG)) as source,
        zipfile.ZipFile(path, "w") as target,
    ):
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
            elif broken is not None:
                target.writestr(name, broken)
    with pytest.raises(CatalogError):
        read_katalog(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipa bernama hanya ada di Unix")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path):
    """Opening it would hang."""
    path = tmp_path / "katalog.xlsx"
    os.mkfifo(path)
    assert "bukan berkas biasa" in refusal(path)


def test_a_file_without_permission_is_refused_with_its_remedy(tmp_path: Path, monkeypatch):
    """Another user's file, or one that a program holds open."""
    path = tmp_path / "katalog.xlsx"
    path.write_bytes(b"")

    def refuse(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("iki_xl.catalog.cells.read_whole", refuse)
    assert "tidak boleh dibaca; tutup berkas itu" in refusal(path)
