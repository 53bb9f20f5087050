"""What is struck out, raised, or a picture in katalog.xlsx never decides in silence (spec section 5)."""

from __future__ import annotations

import pytest
from catalogs import Edit
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

STRUCK, RAISED = InlineFont(strike=True), InlineFont(vertAlign="superscript")


def remarks(katalog) -> list[tuple[str, str, str]]:
    return [(t.code, t.cell, t.value) for t in katalog.remarks]


@pytest.fixture
def edit(tmp_path) -> Edit:
    return Edit(tmp_path)


def test_a_struck_out_part_of_a_target_is_named_and_left_out(edit):
    """55 struck out beside 77 is a target of 77, never of 5577."""
    edit.put("Indikator", "K2", CellRichText(TextBlock(STRUCK, "55"), "77"))
    katalog = edit.read()
    assert katalog.indikator[0].target == 77
    assert ("K36", "K2", "55") in remarks(katalog)


def test_a_target_that_is_struck_out_is_blank_and_said(edit):
    """A number whose whole cell is struck out is no target."""
    edit.put("Indikator", "K2", 55)
    edit.workbook["Indikator"]["K2"].font = Font(strike=True)
    katalog = edit.read()
    assert katalog.indikator[0].target is None
    assert remarks(katalog) == [("K36", "K2", "55")]


def test_a_raised_digit_in_a_target_is_refused(edit):
    """12 with a small 1 is neither 121 nor 12."""
    edit.put("Indikator", "K2", CellRichText("12", TextBlock(RAISED, "1")))
    (found,) = edit.findings()
    assert (found.code, found.cell, found.value) == ("K37", "K2", "12¹")


def test_a_raised_digit_in_a_nip_is_refused(edit):
    """A NIP is a number to the eye as well."""
    edit.put("Pegawai", "A2", CellRichText("19850101201001100", TextBlock(RAISED, "1")))
    assert [t.code for t in edit.findings()] == ["K37"]


def test_a_struck_out_word_of_a_text_is_named_and_left_out(edit):
    """The indikator reads as it looks."""
    edit.put("Indikator", "E2", CellRichText(TextBlock(STRUCK, "lama "), "Jumlah laporan"))
    katalog = edit.read()
    assert katalog.indikator[0].indikator == "Jumlah laporan"
    assert ("K36", "E2", "lama") in [(code, cell, value.strip()) for code, cell, value in remarks(katalog)]


def test_a_picture_in_a_target_is_said(edit):
    """A picture placed in a cell is no target, and no error."""
    edit.put("Indikator", "K2", '=_xlfn.IMAGE("https://contoh.example/a.png")')
    katalog = edit.read()
    assert katalog.indikator[0].target is None
    assert [code for code, cell, _ in remarks(katalog) if cell == "K2"] == ["K38"]
