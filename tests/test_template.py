"""The template as a file: what the form declares is what the workbook holds."""

from __future__ import annotations

import io
import math
import random
import re
from dataclasses import replace
from pathlib import Path

import libreoffice
import openpyxl
import pytest
import validator
from hypothesis import given
from hypothesis import strategies as st

from iki_xl.catalog import (
    Arah,
    CaraHitung,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    Referensi,
    RincianTarget,
    Sebaran,
    TipePerhitungan,
    read_office,
)
from iki_xl.collect.files import read_all_files
from iki_xl.collect.merge import merge_returns
from iki_xl.errors import FormError
from iki_xl.form.formulas import build_row_formulas, describe_how_to_fill
from iki_xl.form.identity import IDENTITY_SHEET, LISTS_SHEET, SHEET_LIST_KEY
from iki_xl.form.jabatan import NIP_ROW, TABLE_HEAD_ROW, jabatan_forms
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.form.names import SHEET_NAME_LENGTH, make_names_unique, sheet_name, slug
from iki_xl.measures import ASSESSED, find_last_bulan, measure
from iki_xl.tables import (
    ASSESSED_AT_YEAR_END,
    CHOOSE_TIPE_FIRST,
    REALISASI_COLUMNS,
    name_period_target_column,
)
from iki_xl.template.variants import Per, plan_template_files
from iki_xl.template.writer import make_blank_sheets, make_filled_sheets, templat_xlsx

OFFICES = ("dpmd-cianjur", "kecamatan-poncokusumo")


@pytest.fixture(scope="module", params=OFFICES)
def office(request):
    katalog = read_office(request.param)
    forms = jabatan_forms(katalog)
    content = templat_xlsx(katalog, make_blank_sheets(forms))
    return katalog, forms, openpyxl.load_workbook(io.BytesIO(content))


def test_one_sheet_per_jabatan_behind_the_guide(office):
    """The workbook holds Petunjuk, one sheet for each real jabatan, and two sheets nobody sees."""
    katalog, forms, book = office
    assert book.sheetnames == [
        "Petunjuk",
        *(form.sheet_name for form in forms),
        LISTS_SHEET,
        IDENTITY_SHEET,
    ]
    assert book[LISTS_SHEET].sheet_state == "hidden"
    assert book[IDENTITY_SHEET].sheet_state == "veryHidden"
    assert len(forms) == len(katalog.jabatan)


def test_exactly_the_input_cells_are_unlocked(office):
    """On every sheet each declared input cell is unlocked and every other written cell is locked."""
    _, forms, book = office
    for form in forms:
        sheet = book[form.sheet_name]
        assert sheet.protection.sheet
        unlocked = {
            (c.row - 1, c.column - 1) for r in sheet.iter_rows() for c in r if not c.protection.locked
        }
        assert unlocked == {form.layout.cell(*cell_key) for cell_key in form.input_cells}


def test_cells_that_were_never_written_are_locked_too(office):
    """Every column to the last one of the sheet has a locked style, though the Normal style is unlocked."""
    _, _, book = office
    assert book._named_styles["Normal"].protection.locked is False
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        ranges = [(d.min, d.max) for d in sheet.column_dimensions.values()]
        assert sum(last - first + 1 for first, last in ranges) == 16_384
        assert all(d.protection.locked for d in sheet.column_dimensions.values())


def test_rows_and_columns_may_be_resized(office):
    """Protection leaves the formatting of rows and columns open."""
    _, forms, book = office
    for form in forms:
        protection = book[form.sheet_name].protection
        assert (protection.formatColumns, protection.formatRows) == (False, False)


def test_catalogue_texts_stand_in_their_cells(office):
    """Sasaran, indikator, formulasi and sumber data of every row are the office's own words."""
    _, forms, book = office
    for form in forms:
        sheet = book[form.sheet_name]
        for item in form.indikator:
            row, column = form.layout.cell(item.id, "indikator")
            assert sheet.cell(row + 1, column + 1).value == item.indikator
            row, column = form.layout.cell(item.id, "formulasi")
            assert (sheet.cell(row + 1, column + 1).value or "") == item.formulasi


def test_tugas_and_fungsi_stand_in_full_below_the_table(office):
    """Each fungsi of the jabatan is on the sheet, word for word."""
    _, forms, book = office
    for form in forms:
        texts = [str(c.value) for r in book[form.sheet_name].iter_rows() for c in r if c.value]
        for fungsi in form.jabatan.fungsi:
            assert any(text.endswith(fungsi) for text in texts)


def test_dropdowns_are_enforced_also_where_the_value_is_given(office):
    """satuan and tipe of every row have a list validation behind a defined name, error style stop."""
    _, forms, book = office
    for form in forms:
        rules = book[form.sheet_name].data_validations.dataValidation
        for key, name in (("satuan", "daftar_satuan"), ("tipe_perhitungan", "daftar_tipe")):
            lists = [r for r in rules if r.type == "list" and r.formula1 == name]
            assert all(r.errorStyle in {None, "stop"} and r.showErrorMessage for r in lists)
            for item in form.indikator:
                address = form.layout.address(item.id, key)
                assert any(address in r.sqref for r in lists)


def test_every_number_cell_is_checked_as_it_is_typed(office):
    """Each month and target takes decimals from 0 to its satuan's maximum only."""
    _, forms, book = office
    for form in forms:
        rules = [r for r in book[form.sheet_name].data_validations.dataValidation if r.type == "decimal"]
        for item in form.indikator:
            for key in ("target", *REALISASI_COLUMNS):
                found = [r for r in rules if form.layout.address(item.id, key) in r.sqref]
                assert len(found) == 1
                assert found[0].formula1 == "0"
                maximum = found[0].formula2
                if item.satuan == "Persentase":
                    assert maximum == "100"
                elif item.satuan:
                    assert float(maximum) == 1e15
                else:
                    assert (
                        maximum == f'IF(${form.layout.address(item.id, "satuan")}="Persentase",100,{10**15})'
                    )


def test_prompts_and_errors_keep_to_excels_limits(office):
    """No validation text is cut: titles to 32, messages to 255 characters, all of them there."""
    _, forms, book = office
    for form in forms:
        for rule in book[form.sheet_name].data_validations.dataValidation:
            assert 0 < len(rule.promptTitle) <= 32
            assert 0 < len(rule.prompt) <= 255
            assert 0 < len(rule.errorTitle) <= 32
            assert 0 < len(rule.error) <= 255


def test_lists_hold_the_offices_words(office):
    """The defined names lead to exactly the lists of the catalogue's Referensi."""
    katalog, _, book = office
    (title, area) = next(iter(book.defined_names["daftar_satuan"].destinations))
    values = [row[0].value for row in book[title][area.replace("$", "")]]
    assert values == list(katalog.referensi.satuan)


def test_head_and_indikator_stay_in_sight(office):
    """Panes are frozen below the header and right of the indikator, within a 1366x768 screen.

    Excel's own bars take some 300 pixels of the height; what is frozen leaves half of the rest.
    """
    _, forms, book = office
    for form in forms:
        sheet = book[form.sheet_name]
        row, column = form.layout.cell(TABLE_HEAD_ROW, "indikator")
        assert sheet.freeze_panes == sheet.cell(row + 2, column + 2).coordinate
        widths = [sheet.column_dimensions[chr(ord("A") + n)].width for n in range(1, column + 1)]
        assert sum(width * 7 + 5 for width in widths) < 1366 * 0.4
        heights = [sheet.row_dimensions[n].height or 15 for n in range(2, row + 2)]
        assert sum(heights) * 96 / 72 < (768 - 300) / 2


def test_identity_is_in_sheets_and_properties(office):
    """Office, year, form version and fingerprint stand in the very hidden sheet and the properties."""
    katalog, forms, book = office
    properties = {p.name: p.value for p in book.custom_doc_props.props}
    hidden = [(row[0].value, row[1].value) for row in book[IDENTITY_SHEET].iter_rows()]
    assert properties == {key: value for key, value in hidden if key != SHEET_LIST_KEY}
    assert [value for key, value in hidden if key == SHEET_LIST_KEY] == [form.jabatan.id for form in forms]
    assert properties["iki_xl_sidik"] == katalog.fingerprint
    assert properties["iki_xl_tahun"] == "2022"
    for form in forms:
        assert book[form.sheet_name]["A1"].value == form.identity.to_marker_text()


def test_print_set_up(office):
    """F4 landscape, one page wide, header repeated, page x of y."""
    _, forms, book = office
    for form in forms:
        sheet = book[form.sheet_name]
        assert int(sheet.page_setup.paperSize) == 14
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in {None, 1}  # None: the default, 1
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        row = form.layout.row(TABLE_HEAD_ROW)
        assert sheet.print_title_rows == f"${row}:${row + 1}"
        assert sheet.oddFooter.right.text == "Halaman &P dari &N"


def test_same_catalogue_same_bytes():
    """Writing twice gives the same file to the byte, in every variant."""
    katalog = read_office("kecamatan-poncokusumo")
    for per in Per:
        first, second = (plan_template_files(katalog, per) for _ in range(2))
        assert [f.nama for f in first] == [f.nama for f in second]
        one = templat_xlsx(katalog, make_blank_sheets(first[0].forms))
        assert one == templat_xlsx(katalog, make_blank_sheets(second[0].forms))


def test_variants_split_the_office_as_named():
    """kantor 1 file, unit one for each top jabatan, jabatan 20, pegawai one for each person."""
    katalog = read_office("kecamatan-poncokusumo")
    people = (
        Pegawai("198501012010011001", "Ani", "J02"),
        Pegawai("198501012010011002", "Ani", "J02"),
        Pegawai("198501012010011003", "Budi", "J05"),
    )
    katalog = replace(katalog, pegawai=people)
    names = {per: [f.nama for f in plan_template_files(katalog, per)] for per in Per}
    assert names[Per.KANTOR] == ["iki-2022-kecamatan-poncokusumo.xlsx"]
    assert len(names[Per.UNIT]) == 7
    assert len(names[Per.JABATAN]) == 20
    assert len(names[Per.PEGAWAI]) == 21
    assert names[Per.PEGAWAI][1:3] == [
        "iki-2022-j02-pengadministrasi-pemerintahan-ani.xlsx",
        "iki-2022-j02-pengadministrasi-pemerintahan-ani-2.xlsx",
    ]
    assert all(len(set(group)) == len(group) for group in names.values())


def test_a_known_pegawai_is_prefilled_and_locked():
    """Where the catalogue knows the pegawai, nama and NIP (as text) stand in the head and are locked."""
    katalog = replace(
        read_office("dpmd-cianjur"), pegawai=(Pegawai("198501012010011001", "Ani", "J01", "Penata, III/c"),)
    )
    form = jabatan_forms(katalog)[0]
    sheet = openpyxl.load_workbook(io.BytesIO(templat_xlsx(katalog, make_blank_sheets([form])))).worksheets[1]
    cell = sheet[form.layout.address(NIP_ROW, HEAD_ENTRY_COLUMN)]
    assert (cell.value, cell.data_type, cell.protection.locked) == ("198501012010011001", "s", True)
    texts = [c.value for row in sheet.iter_rows() for c in row if c.value]
    assert "Penata, III/c" in texts


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_sheet_names_are_legal_and_unique_for_any_jabatan(names):
    """Any names give sheet names of at most 31 UTF-16 units, without forbidden characters, all different."""
    sheets = sheet_name([Jabatan(f"J{n}", name) for n, name in enumerate(names)])
    result = make_names_unique(sheets.values(), ["Petunjuk"])
    assert len({name.casefold() for name in result}) == len(names)
    for name in result:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= SHEET_NAME_LENGTH
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


@given(st.text(max_size=80))
def test_file_names_are_plain(text):
    """Any text gives a file-name part of lower-case letters, digits and hyphens, never empty."""
    name = slug(text)
    assert name
    assert len(name) <= 60
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_sheet_names_of_both_offices_are_readable():
    """The 41 real names: numbered, shortened only where they must be, never ending in a joining word."""
    for office in OFFICES:
        for name in sheet_name(read_office(office).jabatan).values():
            assert not name.endswith((" dan", ",", " "))
    names = sheet_name(read_office("dpmd-cianjur").jabatan)
    assert names["J05"] == "05 Pengadminitrasi Umum"
    assert names["J17"] == "17 Analis Desa Kelurahan"


def _make_kantor(rincian=RincianTarget.YEARLY):
    return Kantor("Kantor Uji", "Kabupaten Uji", 2026, rincian_target=rincian)


def test_large_and_long_input_works():
    """5,000 satuan, an indikator of 3,000 characters, an empty jabatan and control characters work."""
    referensi = Referensi(satuan=tuple(f"Satuan {n}" for n in range(5000)))
    katalog = Katalog(
        _make_kantor(),
        (Jabatan("A", "Penguji\x07", tugas="x" * 2000), Jabatan("B", "Kosong")),
        (),
        (Indikator("A-1", "A", "Sasaran", "kata " * 600, formulasi="=1+1"),),
        referensi,
    )
    book = openpyxl.load_workbook(
        io.BytesIO(templat_xlsx(katalog, make_blank_sheets(jabatan_forms(katalog))))
    )
    sheet = book.worksheets[1]
    form = jabatan_forms(katalog)[0]
    row, column = form.layout.cell("A-1", "indikator")
    assert sheet.cell(row + 1, column + 1).value == ("kata " * 600)
    assert sheet.row_dimensions[row + 1].height <= 409
    formula = sheet.cell(row + 1, form.layout.column("formulasi") + 1)
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    assert book.worksheets[2].title == "02 Kosong"


def test_three_hundred_jabatan_make_three_hundred_sheets():
    """An office of 300 jabatan gives a workbook with a sheet for each."""
    jabatan = tuple(Jabatan(f"J{n:03d}", f"Jabatan {n}") for n in range(300))
    katalog = Katalog(_make_kantor(), jabatan)
    content = templat_xlsx(katalog, make_blank_sheets(jabatan_forms(katalog)))
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    assert len(book.sheetnames) == 303


def test_a_text_over_excels_limit_is_refused_before_anything_is_written():
    """A text of 32,768 characters gives a clear error and no bytes."""
    katalog = Katalog(
        _make_kantor(), (Jabatan("A", "Penguji"),), (), (Indikator("A-1", "A", "S", "x" * 32_768),)
    )
    with pytest.raises(FormError, match="melebihi batas Excel"):
        templat_xlsx(katalog, make_blank_sheets(jabatan_forms(katalog)))


# --- with LibreOffice and the Open XML SDK validator -------------------------------------------

TIPE = (
    TipePerhitungan("Kumulatif", CaraHitung.TOTAL),
    TipePerhitungan("Non Kumulatif", CaraHitung.LAST),
    TipePerhitungan("Rata-rata", CaraHitung.MEAN),
)


def _random_office(rincian: RincianTarget, seed: int, cap: float, rows: int = 200):
    """An office of several jabatan whose rows are filled at random: blanks, zeros, targets of zero."""
    rng = random.Random(seed)
    jabatan = tuple(Jabatan(f"J{n}", f"Jabatan {n}") for n in range(10))
    indikator = tuple(
        Indikator(
            f"I{n}",
            f"J{n % 10}",
            "Sasaran",
            f"Indikator {n}",
            satuan=rng.choice(("Dokumen", "Persentase", "Rupiah")),
            arah=rng.choice(tuple(Arah)),
            sebaran=rng.choice(tuple(Sebaran)),
        )
        for n in range(rows)
    )
    katalog = Katalog(_make_kantor(rincian), jabatan, (), indikator, Referensi(tipe=TIPE, capaian_cap=cap))
    numbers = (0.0, 1.0, 7.0, 12.0, 33.3, 0.1, 0.2, 64.0, 99.99, 100.0)
    values = {}
    for item in indikator:
        entry = {"tipe_perhitungan": rng.choice(("", *(t.nama for t in TIPE)))}
        entry["target"] = rng.choice((None, 0.0, 1.0, 3.0, 12.0, 100.0, 99.7))
        for n in range(rincian.period_count):
            entry[name_period_target_column(n + 1)] = rng.choice((None, 0.0, 1.0, 25.0, 33.3))
        until = 12 if item.id_jabatan in {"J0", "J1"} else rng.randint(0, 9)
        for key in REALISASI_COLUMNS[:until]:
            entry[key] = rng.choice((None, None, *numbers))
        values[item.id] = {k: v for k, v in entry.items() if v not in {None, ""}}
    return katalog, values


def _count_nested_functions(formula):
    depth, deepest = [], 0
    for before, bracket in re.findall(r"([A-Z]?)([()])", re.sub('"[^"]*"', "", formula)):
        if bracket == "(":
            depth.append(bool(before))
        else:
            deepest = max(deepest, sum(depth))
            depth.pop()
    return deepest


@pytest.mark.parametrize("rincian", RincianTarget)
def test_no_formula_is_too_deep_for_an_xls(rincian):
    """Staff may save the form as .xls, which keeps at most seven functions within one another."""
    katalog, _ = _random_office(rincian, 1, 90, rows=10)
    assert {item.sebaran for item in katalog.indikator} == set(Sebaran)
    for item in katalog.indikator:
        form = next(each for each in jabatan_forms(katalog) if each.jabatan.id == item.id_jabatan)
        made = build_row_formulas(form, item.id).items()
        depth = {key: _count_nested_functions(text) for key, text in made}
        assert max(depth.values()) == 7, depth


def test_the_form_names_what_the_office_chose_for_its_target():
    """`rata` beside the hint of what is added up alone, `akhir tahun` beside any, on a blank form too."""
    rows = (("A-1", "Kumulatif", Sebaran.EVEN), ("A-2", "Non Kumulatif", Sebaran.EVEN),
            ("A-3", "Non Kumulatif", Sebaran.YEAR_END), ("A-4", "Kumulatif", Sebaran.UNSAID),
            ("A-5", "", Sebaran.EVEN))  # fmt: skip
    items = tuple(
        Indikator(key, "A", "S", "Isi", tipe_perhitungan=tipe, target=12.0, sebaran=sebaran)
        for key, tipe, sebaran in rows
    )
    katalog = Katalog(_make_kantor(), (Jabatan("A", "Penguji"),), (), items)
    (form,) = jabatan_forms(katalog)
    content = io.BytesIO(templat_xlsx(katalog, make_blank_sheets([form])))
    sheet = openpyxl.load_workbook(content, data_only=True)[form.sheet_name]
    shown = {key: sheet[form.layout.address(key, "cara_isi")].value for key, _, _ in rows}
    assert shown == {
        "A-1": "isi tambahan bulan itu saja; target dibagi rata per bulan",
        "A-2": "isi posisi bulan itu",
        "A-3": "isi posisi bulan itu; dinilai akhir tahun",
        "A-4": "isi tambahan bulan itu saja",
        "A-5": None,
    }
    due = {key: sheet[form.layout.address(key, "target_sd")].value for key, _, _ in rows}
    assert due == {"A-1": None, "A-2": None, "A-3": None, "A-4": 12, "A-5": None}


@pytest.mark.lambat
@pytest.mark.parametrize(
    ("rincian", "cap"),
    [(RincianTarget.YEARLY, 120), (RincianTarget.TRIWULAN, 90), (RincianTarget.MONTHLY, 110.5)],
)
def test_live_formulas_equal_the_measures(rincian, cap, tmp_path):
    """LibreOffice recalculates 200 random rows a rincian: every figure and skala is the measures'."""
    libreoffice.require()
    katalog, values = _random_office(rincian, len(rincian.value), cap)
    forms = jabatan_forms(katalog)
    filled = [
        (form, {(i.id, k): v for i in form.indikator for k, v in values[i.id].items()}, {}) for form in forms
    ]
    path = tmp_path / "isi.xlsx"
    path.write_bytes(templat_xlsx(katalog, make_filled_sheets(filled)))
    book = openpyxl.load_workbook(libreoffice.recalculate(path, tmp_path / "lo"), data_only=True)
    files, _ = read_all_files([path], tmp_path, katalog)
    rows = merge_returns(files, katalog).all_rows
    compared, words = 0, set()
    for form in forms:
        mine = rows[rows["id_jabatan"] == form.jabatan.id]
        month = find_last_bulan(mine)
        figures = measure(mine, katalog, month).set_index("id_indikator")
        sheet = book[form.sheet_name]
        for item in form.indikator:
            shown = {
                key: sheet[form.layout.address(item.id, key)].value
                for key in ("realisasi_sd", "target_sd", "capaian", "skala", "terisi")
            }
            entry = values[item.id]
            waits = "tipe_perhitungan" not in entry and any(key in entry for key in REALISASI_COLUMNS)
            due = REALISASI_COLUMNS[month - 1] in entry if month else False
            assert shown.pop("terisi") == due
            _assert_same(shown, figures.loc[item.id], waits=waits)
            tipe = katalog.referensi.find_tipe(entry.get("tipe_perhitungan", ""))
            hint = describe_how_to_fill(tipe.cara_hitung, form.find_sebaran(item.id)) if tipe else ""
            assert (sheet[form.layout.address(item.id, "cara_isi")].value or "") == hint
            words |= {shown["skala"]}
            compared += 1
        errors = [c.coordinate for r in sheet.iter_rows() for c in r if c.data_type == "e"]
        assert errors == []
    assert compared == 200
    assert (ASSESSED_AT_YEAR_END in words) == (rincian is RincianTarget.YEARLY)


def _assert_same(shown, figures, *, waits):
    for key in ("realisasi_sd", "target_sd", "capaian"):
        expected = figures[key]
        got = shown[key]
        if math.isnan(expected):
            assert got in {None, ""}, (key, shown, dict(figures))
        else:
            assert got == pytest.approx(expected, abs=1e-9), (key, shown, dict(figures))
    word = figures["skala"] if figures["status"] == ASSESSED else figures["status"]
    word = "" if math.isnan(figures["realisasi_sd"]) else word
    assert (shown["skala"] or "") == (CHOOSE_TIPE_FIRST if waits else word)


@pytest.mark.lambat
@pytest.mark.parametrize("fmt", ["xlsx", "ods", "xls"])
def test_ids_and_entries_survive_libreoffice(fmt, tmp_path):
    """A filled template saved by LibreOffice still carries its ids and what was entered."""
    from python_calamine import CalamineWorkbook

    libreoffice.require()
    katalog = read_office("dpmd-cianjur")
    form = jabatan_forms(katalog)[1]
    path = tmp_path / "isi.xlsx"
    values = {("J02-01", "realisasi_01"): 12.5, ("J02-01", "kendala"): "Menunggu data"}
    path.write_bytes(templat_xlsx(katalog, make_filled_sheets([(form, values, {})])))
    saved = libreoffice.convert(path, fmt, tmp_path / "lo")
    rows = (
        CalamineWorkbook.from_path(str(saved))
        .get_sheet_by_name(form.sheet_name)
        .to_python(skip_empty_area=False)
    )
    assert rows[0][0] == form.identity.to_marker_text()
    row, column = form.layout.cell("J02-01", "realisasi_01")
    assert rows[row][0] == "J02-01"
    assert rows[0][column] == "realisasi_01"
    assert rows[row][column] == 12.5


@pytest.mark.lambat
@pytest.mark.parametrize("office_name", OFFICES)
@pytest.mark.parametrize("version", ["Office2010", "Microsoft365"])
def test_the_open_xml_sdk_finds_no_error(office_name, version, tmp_path):
    """Every template of both offices, one workbook and one per jabatan, passes Microsoft's validator."""
    validator.require()
    katalog = read_office(office_name)
    paths = []
    for per in (Per.KANTOR, Per.JABATAN):
        for item in plan_template_files(katalog, per):
            path = Path(tmp_path / item.nama)
            path.write_bytes(templat_xlsx(katalog, make_blank_sheets(item.forms)))
            paths.append(path)
    assert validator.errors(paths, version) == []
    assert len(paths) == len(katalog.jabatan) + 1
