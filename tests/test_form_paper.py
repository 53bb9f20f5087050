"""The form on paper and its sheets: what stands on which page, whose sheet is whose, what they are called."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import libreoffice
import openpyxl
import pytest
from filled import NIP_ANI, NIP_BUDI, make_katalog, receive_returns, save_workbook, write_return
from hypothesis import given
from hypothesis import strategies as st

from iki_xl.catalog import Indikator, Jabatan, Kantor, Katalog, Pegawai, RincianTarget, read_office
from iki_xl.comparable import comparable
from iki_xl.corrections.marked import make_perbaikan_copies
from iki_xl.form.formulas import phrase_progress
from iki_xl.form.jabatan import NIP_ROW, SIGNATURE_ROWS, jabatan_forms, list_holder_forms
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.form.names import SHEET_NAME_LENGTH, sheet_name
from iki_xl.tables import CHOOSE_TIPE_FIRST, REALISASI_COLUMNS
from iki_xl.template.form_sheet import FORM_FONT_SIZE, FormSheet
from iki_xl.template.paper import SMALLEST_PRINT, find_print_scale, list_page_spans
from iki_xl.template.variants import Per, plan_template_files
from iki_xl.template.writer import make_blank_sheets, templat_xlsx

OFFICES = ("dpmd-cianjur", "kecamatan-poncokusumo")
JAN = REALISASI_COLUMNS[0]


def open_templat(katalog, forms):
    return openpyxl.load_workbook(io.BytesIO(templat_xlsx(katalog, make_blank_sheets(forms))))


@pytest.mark.parametrize("office", OFFICES)
def test_months_and_results_are_readable_on_paper(office):
    """At 8 points or more on F4; nothing that is entered is left off the pages."""
    for form in jabatan_forms(read_office(office)):
        sheet = FormSheet(form, form.sheet_name)
        assert find_print_scale(sheet) * FORM_FONT_SIZE >= SMALLEST_PRINT
        spans = [tuple(map(form.layout.column, span)) for span in list_page_spans(sheet)]
        printed = {at for first, last in spans for at in range(first, last + 1)}
        assert printed >= {at for at, f in enumerate(form.layout.fields) if not f.hidden}


@pytest.mark.parametrize("rincian", RincianTarget)
def test_every_rincian_of_targets_is_readable_on_paper(rincian):
    """Targets by triwulan or month, and Rupiah: the months have a page of their own where needed."""
    item = Indikator(
        "A-1", "A", "Sasaran", "Indikator", "Desa", period_targets=(None,) * rincian.period_count
    )
    katalog = Katalog(Kantor("K", "P", 2026, rincian_target=rincian), (Jabatan("A", "B"),), (), (item,))
    sheet = FormSheet(jabatan_forms(katalog)[0], "x")
    assert find_print_scale(sheet) * FORM_FONT_SIZE >= SMALLEST_PRINT
    assert len(list_page_spans(sheet)) == (2 if rincian is RincianTarget.YEARLY else 3)


@pytest.mark.parametrize("office", OFFICES)
def test_pages_never_part_a_title_from_its_text_nor_the_signatures(office):
    """A page begins with no row that belongs to the one above it, and the second area is the table alone."""
    katalog = read_office(office)
    forms = jabatan_forms(katalog)
    book = open_templat(katalog, forms)
    starts = 0
    for form in forms:
        rows, below = form.layout.row_ids, [row_id for row_id, _ in form.rows_below]
        after_titles = {below[at + 1] for at, row_id in enumerate(below) if row_id.startswith("#judul-")}
        for page in book[form.sheet_name].row_breaks.brk:
            assert rows[page.id] not in after_titles | set(SIGNATURE_ROWS)
            starts += 1
        areas = book[form.sheet_name].print_area.split(",")
        if form.indikator:
            assert areas[-1].endswith(f"${form.layout.row(form.indikator[-1].id) + 1}")
    assert starts > 0


def make_long_name(words):
    return " ".join(["Pengelola Penyusunan Laporan Pelaksanaan Kegiatan", *words])


WORD = st.text("abcdefghijklmnop", min_size=1, max_size=12)


@given(st.lists(WORD, max_size=6), WORD, WORD, st.lists(WORD, max_size=3))
def test_sheets_of_jabatan_that_differ_in_a_late_word_look_different(same, one, other, rest):
    """Also without the number in front, whatever they have in common before and behind."""
    names = [make_long_name([*same, word, *rest]) for word in (one, other)]
    if comparable(names[0]) == comparable(names[1]):
        return
    sheets = sheet_name([Jabatan(f"J{n}", name) for n, name in enumerate(names)]).values()
    shown = [comparable(name[3:]) for name in sheets]
    assert shown[0] != shown[1]
    assert all(len(name) <= SHEET_NAME_LENGTH for name in sheets)


def test_words_that_differ_stand_in_the_names_of_sheets():
    """Real names, jabatan of one name below different ones, and words longer than a sheet's name."""
    names = sheet_name(read_office("dpmd-cianjur").jabatan)
    assert (names["J04"], names["J06"]) == ("04 Seksi Bina…Sumber Daya Alam", "06 Seksi Bina…Teknologi Tepat")
    assert (names["J03"], names["J19"]) == ("03 Pengelola data PM…Sarpras", "19 Pengelola Data PM…Lembaga")
    long = sheet_name([Jabatan("A", "x" * 50 + "alpha"), Jabatan("B", "x" * 50 + "beta")])
    assert [name[-6:] for name in long.values()] == ["…alpha", "x…beta"]


def test_each_of_several_holders_has_a_sheet_of_their_own():
    """Office-wide, by unit, by jabatan: named after them, name and NIP locked; Petunjuk tells both."""
    katalog = make_katalog()
    for per in (Per.KANTOR, Per.UNIT, Per.JABATAN):
        forms = [f for item in plan_template_files(katalog, per) for f in item.forms if f.jabatan.id == "J03"]
        assert [(f.sheet_name, f.pegawai.nip) for f in forms] == [
            ("03 Pengelola Data (Ani)", NIP_ANI),
            ("03 Pengelola Data (Budi)", NIP_BUDI),
        ]
        book = open_templat(katalog, forms)
        cell = book["03 Pengelola Data (Budi)"][forms[1].layout.address(NIP_ROW, HEAD_ENTRY_COLUMN)]
        assert (cell.value, cell.protection.locked) == (NIP_BUDI, True)
        told = [c.value for row in book["Petunjuk"].iter_rows() for c in row if c.value]
        assert f"Pengelola Data (Ani, NIP {NIP_ANI})" in told
    same = replace(katalog, pegawai=(*katalog.pegawai, Pegawai("198502022010012009", "Ani", "J03")))
    (item,) = plan_template_files(same, Per.KANTOR)
    names = [sheet.nama for sheet in make_blank_sheets(item.forms)]
    assert len(set(names)) == len(names) == 6


def fill_office_wide(path, katalog, entries):
    """The office-wide workbook, with entries by sheet name; as another program saves it."""
    (item,) = plan_template_files(katalog, Per.KANTOR)
    book = open_templat(katalog, item.forms)
    for form in item.forms:
        for cell, value in entries.get(form.sheet_name, {}).items():
            book[form.sheet_name][form.layout.address(*cell)] = value
    save_workbook(path, book)
    return path


def test_two_holders_in_one_workbook_are_two_returns(tmp_path):
    """Each figure is its own person's."""
    entries = {
        "03 Pengelola Data (Ani)": {("J03-02", JAN): 3},
        "03 Pengelola Data (Budi)": {("J03-02", JAN): 5},
    }
    path = fill_office_wide(tmp_path / "a.xlsx", make_katalog(), entries)
    merged, found = receive_returns(make_katalog(), path)
    rows = merged.rows[merged.rows["id_indikator"] == "J03-02"]
    assert dict(zip(rows["nip"], rows[JAN], strict=True)) == {NIP_ANI: 3, NIP_BUDI: 5}
    assert [t for t in found if t.level == "galat"] == []


def test_a_holder_who_sends_the_office_wide_workbook_says_nothing_for_the_other(tmp_path):
    """The other's sheet is blank: no return, and its name, which was issued with it, is no finding."""
    entries = {"03 Pengelola Data (Ani)": {("J03-02", JAN): 3}}
    path = fill_office_wide(tmp_path / "a.xlsx", make_katalog(), entries)
    merged, found = receive_returns(make_katalog(), path)
    assert merged.returns["nip"].tolist() == [NIP_ANI]
    assert [t.code for t in found if t.code == "B14"] == []


def test_progress_speaks_of_the_month_that_is_due():
    """A row filled in for another month alone is not counted; cached values as the formula says."""
    assert phrase_progress(0, 2, "") == "0 dari 2 indikator terisi"
    assert phrase_progress(1, 2, "Maret") == "1 dari 2 indikator terisi untuk bulan Maret"


@pytest.mark.lambat
def test_what_a_copy_to_mend_shows_is_what_its_formulas_give(tmp_path):
    """Also a row that waits for its tipe, one in galat, and the progress for the month that is due."""
    libreoffice.require()
    katalog, january, march = make_katalog(), REALISASI_COLUMNS[0], REALISASI_COLUMNS[2]
    entries = {
        "J01": {("J01-01", january): 4, ("J01-02", march): 150},
        "J02": {("J02-01", january): 2, ("J02-02", march): 7, ("J02-03", march): -1},
    }
    path = write_return(tmp_path / "a.xlsx", katalog, entries)
    merged, found = receive_returns(katalog, path)
    ((_, content),) = make_perbaikan_copies(katalog, merged, found)
    copy = tmp_path / "salinan.xlsx"
    copy.write_bytes(content)
    cached = openpyxl.load_workbook(copy, data_only=True)
    fresh = openpyxl.load_workbook(libreoffice.recalculate(copy, tmp_path / "lo"), data_only=True)
    formulas = openpyxl.load_workbook(copy)
    texts = set()
    for sheet in formulas.worksheets:
        for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
            shown = cached[sheet.title][cell.coordinate].value
            assert (shown or "") == (fresh[sheet.title][cell.coordinate].value or ""), (
                sheet,
                cell.coordinate,
            )
            texts.add(shown)
    assert {CHOOSE_TIPE_FIRST, "1 dari 3 indikator terisi untuk bulan Maret"} <= texts


def test_one_holder_keeps_the_sheet_of_the_jabatan():
    """Nobody or one person: the form itself."""
    forms = jabatan_forms(make_katalog())
    assert [len(list_holder_forms(form)) for form in forms] == [1, 1, 2, 1]
    assert list_holder_forms(forms[0]) == (forms[0],)
    assert re.fullmatch(r"\d\d [^()]+", forms[2].sheet_name)
