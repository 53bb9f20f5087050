# ruff: noqa: DTZ001 - a workbook holds moments without a time zone
"""A year of one person, in whatever files: the same figures, each with the file it was last typed in."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import openpyxl
import pytest
from filled import (
    NIP_ANI,
    NIP_OTHER,
    drop_indikator,
    enter_person,
    find_form,
    list_figures,
    make_katalog,
    save_workbook,
    write_return,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from iki_xl import pipeline
from iki_xl.collect.files import ReadFile
from iki_xl.collect.merge import merge_returns
from iki_xl.collect.record import make_record, open_record
from iki_xl.errors import UsageError
from iki_xl.form.jabatan import HEAD_CELLS, jabatan_forms
from iki_xl.form.layout import ID_COLUMN
from iki_xl.readers.book import BookCells, Cell, SheetCells
from iki_xl.results import CollectRequest, ReadingSettings
from iki_xl.tables import REALISASI_COLUMNS

START = datetime(2026, 2, 1)
NOW = datetime(2026, 12, 31)
ROWS = ("J02-01", "J02-02", "J02-03")
SARI = enter_person("Sari", NIP_OTHER)


def make_file(name, entries, number, issued_from=()):
    """Return a file as the reader gives it: the sheet of J02 with these entries, saved as the number-th."""
    office = make_katalog()
    form = find_form(office, "J02")
    layout, own = form.layout, form.identity
    marker = type(own)(own.form_version, own.kantor, own.tahun, own.fingerprint, "J02", issued_from)
    cells = {layout.cell(row_id, ID_COLUMN): Cell(row_id) for row_id in layout.row_ids}
    cells |= {(0, layout.column(f.key)): Cell(f.key) for f in layout.fields}
    cells[0, 0] = Cell(marker.to_marker_text())
    cells |= {layout.cell(*key): Cell(None, formula="=1") for key in form.formula_cells}
    cells |= {layout.cell(*key): Cell(value) for key, value in form.fixed_values.items()}
    cells |= {layout.cell(*key): Cell(value) for key, value in zip(HEAD_CELLS, SARI.values(), strict=True)}
    cells |= {layout.cell(*key): Cell(value) for key, value in entries.items()}
    book = BookCells((SheetCells(form.sheet_name, cells, protected=True),), START + timedelta(days=number))
    forms = {item.jabatan.id: item for item in jabatan_forms(office)}
    content = open_record(make_record(book, office, forms), name, forms)
    digest = hashlib.sha256(f"{name}{number}".encode()).hexdigest()
    return ReadFile(name, content, (START + timedelta(days=number),), digest)


_MONTHLY = st.dictionaries(st.sampled_from(ROWS), st.integers(0, 9).map(float), max_size=3)
_WAYS = st.sampled_from(["goes on", "empty form", "prefilled", "sent again"])


@settings(max_examples=60, deadline=None)
@given(year=st.lists(st.tuples(_MONTHLY, _WAYS), min_size=1, max_size=12), data=st.data())
def test_a_year_gives_the_same_figures_however_it_is_split_over_files(year, data):
    """One file all year, the empty form each month, a prefilled one, the same sent twice: any mixture.

    What is expected comes from the entries alone: each figure once, from the newest file that holds it.
    """
    files, expected, places = [], {}, {}
    own, digest = {}, ""
    for month, (figures, way) in enumerate(year, start=1):
        added = {(row_id, REALISASI_COLUMNS[month - 1]): value for row_id, value in figures.items()}
        if way == "empty form":
            own = dict(added)
        elif way == "prefilled":
            own = expected | added
        else:
            own = own | added
        expected |= added
        if not own:
            continue
        name = f"{month:02d}.xlsx"
        issued = (digest[:12],) if way == "prefilled" and digest else ()
        files.append(make_file(name, own, month, issued))
        digest = files[-1].sha256
        places |= dict.fromkeys(own, name)
        if way == "sent again":
            again = make_file(f"lagi-{month:02d}.xlsx", own, month)
            files.append(ReadFile(again.nama, again.content, again.file_time, digest))
    shuffled = data.draw(st.permutations(files))
    merged = merge_returns(shuffled, make_katalog(), now=NOW)
    assert list_figures(merged) == sorted(
        (row_id, REALISASI_COLUMNS.index(key) + 1, value) for (row_id, key), value in expected.items()
    )
    table = merged.realisasi[["id_indikator", "bulan", "berkas"]]
    found = {
        (row_id, REALISASI_COLUMNS[bulan - 1]): file
        for row_id, bulan, file in table.itertuples(index=False, name=None)
    }
    assert {cell: file.removeprefix("lagi-") for cell, file in found.items()} == places
    assert [t for t in merged.temuan if t.code == "G03"] == []


def test_texts_belong_to_the_month_that_their_return_ends_with():
    """January's kendala and March's, of two forms; a text is no change, and the newest stands in the row."""
    january = {("J02-01", "realisasi_01"): 2.0, ("J02-01", "kendala"): "Banjir"}
    march = {
        ("J02-01", "realisasi_03"): 1.0,
        ("J02-01", "kendala"): "Anggaran",
        ("J02-02", "kendala"): "Sakit",
    }
    merged = merge_returns([make_file("a.xlsx", january, 1), make_file("b.xlsx", march, 3)], make_katalog())
    table = merged.explanations[["id_indikator", "bulan", "kendala", "berkas"]]
    assert list(table.itertuples(index=False, name=None)) == [
        ("J02-01", 1, "Banjir", "a.xlsx"),
        ("J02-01", 3, "Anggaran", "b.xlsx"),
        ("J02-02", 3, "Sakit", "b.xlsx"),
    ]
    assert merged.rows["kendala"].tolist() == ["Anggaran", "Sakit", ""]
    assert [t.code for t in merged.temuan if t.code[0] == "G"] == ["G11", "G11"]


# --- prefilled forms, on real workbooks


def collect(folder):
    """Collect a working folder's returns; return the result."""
    request = CollectRequest(folder / "workbooks", folder / "reports", now=NOW, work_folder=folder)
    return pipeline.kumpul(make_katalog(), request, ReadingSettings(workers=1))


def continue_forms(folder, office=None):
    """Issue prefilled forms per pegawai; return them by name."""
    request = CollectRequest(folder / "workbooks", folder / "reports", now=NOW, work_folder=folder)
    result = pipeline.continue_templat(office or make_katalog(), request, "pegawai", folder / "templates")
    return {path.name: path for path in result.outputs}


def type_into(path, target, entries, number, id_jabatan="J03"):
    """Type into an issued form as a person would, and save it as the number-th file."""
    book = openpyxl.load_workbook(path)
    form = find_form(make_katalog(), id_jabatan)
    sheet = book[form.sheet_name]
    for key, value in entries.items():
        sheet[form.layout.address(*key)] = value
    save_workbook(target, book, START + timedelta(days=number))


ANI = enter_person("Ani", NIP_ANI)
ANI_FORM = "iki-2026-j03-pengelola-data-ani-lanjutan-02.xlsx"


def return_january_and_february(folder):
    """Ani's first return."""
    entries = {
        **ANI,
        ("J03-02", "realisasi_01"): 5,
        ("J03-02", "realisasi_02"): 6,
        ("J03-02", "kendala"): "Banjir",
    }
    write_return(folder / "workbooks" / "ani.xlsx", make_katalog(), {"J03": entries}, saved=START)


def read_figures(folder):
    """The figures of J03-02 that a collection accepts, and its findings."""
    result = collect(folder)
    facts = (folder / "reports" / "realisasi.csv").read_text(encoding="utf-8").splitlines()[1:]
    figures = {int(line.split(",")[3]): float(line.split(",")[4]) for line in facts if ',"' not in line}
    return figures, result


def test_a_prefilled_form_holds_what_was_accepted_and_goes_on(tmp_path):
    """Months in a quieter colour, still open; no texts of past months; March is added, nothing is lost."""
    return_january_and_february(tmp_path)
    form = continue_forms(tmp_path)[ANI_FORM]
    sheet = openpyxl.load_workbook(form)[find_form(make_katalog(), "J03").sheet_name]
    assert [sheet[address].value for address in ("L9", "M9", "N9")] == [5, 6, None]
    assert sheet["L9"].fill.fgColor.rgb != sheet["N9"].fill.fgColor.rgb
    assert [sheet[address].protection.locked for address in ("L9", "N9")] == [False, False]
    assert sheet["AD9"].value is None
    type_into(form, tmp_path / "workbooks" / "maret.xlsx", {("J03-02", "realisasi_03"): 7}, 40)
    figures, result = read_figures(tmp_path)
    assert figures == {1: 5.0, 2: 6.0, 3: 7.0}
    assert "G03" not in [t.code for t in result.temuan]


def test_what_was_emptied_in_a_prefilled_form_is_empty_even_where_nothing_is_repeated(tmp_path):
    """The form says of which return it was issued: January and February were taken out, and that is said."""
    return_january_and_february(tmp_path)
    form = continue_forms(tmp_path)[ANI_FORM]
    emptied = {
        ("J03-02", "realisasi_01"): None,
        ("J03-02", "realisasi_02"): None,
        ("J03-02", "realisasi_03"): 7,
    }
    type_into(form, tmp_path / "workbooks" / "maret.xlsx", emptied, 40)
    figures, result = read_figures(tmp_path)
    assert figures == {3: 7.0}
    assert [(t.code, t.cell) for t in result.temuan if t.code == "G03"] == [("G03", "L9"), ("G03", "M9")]


def test_a_prefilled_form_follows_the_catalogue_as_it_is_now(tmp_path):
    """An indikator that is gone has no row any more; what was accepted of the others is there."""
    return_january_and_february(tmp_path)
    office = drop_indikator(make_katalog(), "J03-01")
    form = continue_forms(tmp_path, office)[ANI_FORM]
    sheet = openpyxl.load_workbook(form)[find_form(office, "J03").sheet_name]
    assert [sheet[address].value for address in ("L8", "M8")] == [5, 6]


def test_no_form_holds_what_was_reported_under_another_nip(tmp_path):
    """An acting official reported for J01: the form of its pegawai stays empty."""
    entries = {**enter_person("Plt", NIP_OTHER), ("J01-02", "realisasi_01"): 80}
    write_return(tmp_path / "workbooks" / "plt.xlsx", make_katalog(), {"J01": entries}, saved=START)
    form = continue_forms(tmp_path)["iki-2026-j01-kepala-dinas-kartini-lanjutan-01.xlsx"]
    sheet = openpyxl.load_workbook(form)[find_form(make_katalog(), "J01").sheet_name]
    assert sheet[find_form(make_katalog(), "J01").layout.address("J01-02", "realisasi_01")].value is None


def test_a_form_that_somebody_filled_in_among_the_templates_is_not_overwritten(tmp_path):
    """It is set aside under another name."""
    return_january_and_february(tmp_path)
    form = continue_forms(tmp_path)[ANI_FORM]
    type_into(form, form, {("J03-02", "realisasi_03"): 7}, 40)
    typed = form.read_bytes()
    continue_forms(tmp_path)
    assert typed in [path.read_bytes() for path in form.parent.glob("*.xlsx")]


def test_without_anything_accepted_there_is_nothing_to_go_on_with(tmp_path):
    """A sentence that says which command makes empty forms."""
    (tmp_path / "workbooks").mkdir()
    with pytest.raises(UsageError, match="tanpa --lanjut"):
        continue_forms(tmp_path)


@pytest.mark.parametrize(
    ("folder", "months", "said"),
    [
        ("02", (1, 2), False),
        ("2", (1, 2), False),
        ("Februari", (2,), False),
        ("03", (1, 2), True),
        ("maret", (2,), True),
        ("bidang/03/ulang", (2,), True),
        ("13", (2,), False),
        ("2026", (2,), False),
        ("lama", (2,), False),
    ],
)
def test_a_file_in_the_folder_of_another_month_is_said_and_counts(folder, months, said):
    """One folder a month; the figures go by their columns all the same."""
    entries = {("J02-01", REALISASI_COLUMNS[bulan - 1]): 1.0 for bulan in months}
    merged = merge_returns([make_file(f"{folder}/a.xlsx", entries, 1)], make_katalog())
    assert ("B43" in [t.code for t in merged.temuan]) is said
    assert [bulan for _, bulan, _ in list_figures(merged)] == list(months)
