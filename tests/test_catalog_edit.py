"""`iki-xl katalog`: a catalogue in another shape or rincian, with everything in it that a person made."""

from __future__ import annotations

import errno
import re
import shutil
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import libreoffice
import openpyxl
import pytest
import validator
from catalogs import with_parts
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from strategies import TRICKY, katalogs

from iki_xl.catalog import (
    OFFICES,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    RincianTarget,
    Sebaran,
    katalog_xlsx,
    list_remarks,
    read_katalog,
    read_office,
)
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.errors import CatalogError, CatalogMistakesError, OutputError
from iki_xl.pipeline import rewrite_katalog
from iki_xl.storage import output
from iki_xl.storage.output import OWN_FOLDER
from iki_xl.storage.seal import SEAL_PREFIX
from iki_xl.tables import name_period_target_column

NOW = datetime(2026, 11, 25, 15, 32, tzinfo=UTC)
EARLIER = "katalog (sebelum 2026-11-25 15.32).xlsx"
TW = ["TW I", "TW II", "TW III", "TW IV"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
PLAIN_TRICKY = tuple(text for text in TRICKY if "x00" not in text)
SHAPE = b'<sp><nvSpPr><cNvPr id="2" name="Kotak"/><cNvSpPr/></nvSpPr><spPr/></sp>'
SMALL = Katalog(
    Kantor("Kecamatan Contoh", "Kabupaten Contoh", 2026),
    (Jabatan("J01", "Camat"), Jabatan("J02", "Kasi", "J01")),
    (Pegawai("198501012010011001", "Siti", "J02"),),
    (
        Indikator("J02-01", "J02", "Tertib", "Jumlah laporan", "Laporan", "Kumulatif", target=12.0),
        Indikator("J02-02", "J02", "Tertib", "Tingkat tertib", "Persentase", "Non Kumulatif", target=90.0),
    ),
)


def list_visible(folder):
    """Return what lies in a folder but the program's own, which holds the lock."""
    return [path for path in folder.iterdir() if path.name != OWN_FOLDER]


@pytest.fixture(autouse=True, scope="module")
def few_blank_rows():
    """The blank rows for growth play no part here, and copying them a hundred times is slow."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("writer", "edit_steps"):
            patch.setattr(f"iki_xl.catalog.{module}.GROWTH_ROWS", 5)
        yield


class Office:
    """A folder with a catalogue that somebody works on."""

    def __init__(self, folder: Path, katalog: Katalog = SMALL) -> None:
        self.path = folder / "katalog.xlsx"
        self.path.write_bytes(katalog_xlsx(katalog))

    @contextmanager
    def changed(self):
        book = openpyxl.load_workbook(self.path)
        yield book
        book.save(self.path)

    @property
    def book(self):
        return openpyxl.load_workbook(self.path)

    def titles(self, sheet: str = "Indikator") -> list[str]:
        return [cell.value for cell in self.book[sheet][1] if cell.value]

    def to(self, rincian: str | None = None):
        return rewrite_katalog(self.path, rincian, NOW)

    def read(self) -> Katalog:
        return read_katalog(self.path)


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def of_rincian(katalog: Katalog, rincian: str) -> Katalog:
    """The same catalogue with blank targets of another rincian."""
    kind = RincianTarget(rincian)
    blank = (None,) * kind.period_count
    return replace(
        katalog,
        kantor=replace(katalog.kantor, rincian_target=kind),
        indikator=tuple(replace(item, period_targets=blank) for item in katalog.indikator),
    )


@pytest.mark.parametrize("name", OFFICES)
def test_both_sample_offices_go_through_every_rincian_and_back(tmp_path, name):
    """tahunan, bulanan, triwulan, tahunan: no value changes, and the columns come and go by themselves."""
    office = Office(tmp_path, read_office(name))
    first, titles = office.read(), office.titles()
    for rincian, more in (("bulanan", MONTHS), ("triwulan", TW), ("tahunan", [])):
        office.to(rincian)
        assert office.read() == of_rincian(first, rincian)
        assert office.titles() == [*titles[:-1], *more, titles[-1]]
    assert sorted(p.name for p in list_visible(tmp_path)) == [
        "katalog (sebelum 2026-11-25 15.32 2).xlsx",
        "katalog (sebelum 2026-11-25 15.32 3).xlsx",
        EARLIER,
        "katalog.xlsx",
    ]


@pytest.mark.parametrize("rincian", ["bulanan", "triwulan"])
def test_new_columns_are_those_of_the_writer(office, rincian):
    """Title, format, width, entry rule and marks of each column are what a new catalogue would have."""
    office.to(rincian)
    model = openpyxl.load_workbook(BytesIO(katalog_xlsx(of_rincian(SMALL, rincian))))
    assert look(office.book["Indikator"]) == look(model["Indikator"])
    assert office.book["Kantor"]["B12"].value == rincian
    assert look(office.book["Kantor"]) == look(model["Kantor"])


def look(sheet) -> dict[str, object]:
    """What a person sees of a sheet, and what it lets them type."""
    return {
        "cells": {
            cell.coordinate: (cell.value, cell.font.b, cell.fill.fgColor.rgb, cell.number_format)
            for row in sheet.iter_rows(max_row=6)
            for cell in row
        },
        "widths": {
            at: entry.width
            for entry in sheet.column_dimensions.values()
            for at in range(entry.min, entry.max + 1)
        },
        "rules": sorted(
            (
                str(r.sqref),
                str(r.type),
                str(r.formula1),
                str(r.formula2),
                str(r.error),
                str(r.promptTitle),
                str(r.prompt),
            )
            for r in sheet.data_validations.dataValidation
        ),
        "marks": sorted(
            (corners(formatting.sqref), str(rule.formula))
            for formatting in sheet.conditional_formatting
            for rule in formatting.rules
        ),
        "filter": sheet.auto_filter.ref,
        "panes": sheet.freeze_panes,
    }


def corners(areas) -> tuple[int, int, int, int]:
    """The area that areas side by side cover together."""
    every = list(areas)
    return (
        min(a.min_col for a in every),
        min(a.min_row for a in every),
        max(a.max_col for a in every),
        max(a.max_row for a in every),
    )


def test_templates_follow_the_new_rincian(office, tmp_path):
    """After `katalog --rincian bulanan` the forms of `templat` have a target for each month."""
    assert run(iki_xl, ["katalog", "--katalog", str(office.path), "--rincian", "bulanan"]) == 0
    target = tmp_path / "templates"
    assert run(iki_xl, ["templat", "--katalog", str(office.path), "--ke", str(target)]) == 0
    book = openpyxl.load_workbook(next(target.glob("*.xlsx")))
    keys = {str(cell.value) for sheet in book for cell in sheet[1]}
    assert {name_period_target_column(1), name_period_target_column(12)} <= keys


def test_nothing_to_do_leaves_the_bytes_untouched(office, capsys):
    """Today's catalogue stays as it is, byte by byte, and no second file appears."""
    before = office.path.read_bytes()
    for rincian in ([], ["--rincian", "tahunan"]):
        assert run(iki_xl, ["katalog", "--katalog", str(office.path), *rincian]) == 0
        assert "tidak ada yang diubah" in capsys.readouterr().out
    assert office.path.read_bytes() == before
    assert [p.name for p in list_visible(office.path.parent)] == ["katalog.xlsx"]


def test_what_a_person_made_of_the_workbook_stays(office):
    """Own formats, notes, columns, sheets, links, merges, widths, hidden rows, panes, filter, print area."""
    with office.changed() as book:
        sheet = book["Indikator"]
        sheet["E2"].font, sheet["E2"].fill = Font(b=True, color="FF0000"), PatternFill("solid", "FFFF00")
        sheet["E2"].comment = Comment("Tanya Bu Sri", "Ani")
        for column, text in (("M", "Catatan"), ("N", "Nomor surat")):
            sheet[f"{column}1"] = text
            sheet[f"{column}2"] = f"isi {text}"
            sheet.column_dimensions[column].width = 33
        sheet["N2"].hyperlink = "https://contoh.go.id/surat"
        sheet["N3"].comment = Comment("arsip", "Ani")
        sheet.merge_cells("M4:N4")
        sheet.row_dimensions[3].hidden = True
        sheet.freeze_panes = "D2"
        sheet.auto_filter.ref = "A1:N8"
        sheet.auto_filter.add_filter_column(13, ["isi Nomor surat"])
        sheet.print_area = "A1:N8"
        for cell in sheet[3]:
            cell.fill = PatternFill("solid", "DDEBF7")
        sheet["K2"].fill = PatternFill("solid", "FFFF00")
        book.create_sheet("Rapat", 0)["A1"] = "jadwal"
    before = office.read()
    result = office.to("triwulan")
    assert office.read() == of_rincian(before, "triwulan")
    assert not result.edit.steps.at_the_end
    book = office.book
    sheet = book["Indikator"]
    assert office.titles()[-8:] == ["Target tahunan", *TW, "Sebaran", "Catatan", "Nomor surat"]
    assert (sheet["E2"].font.b, sheet["E2"].font.color.rgb, sheet["E2"].fill.fgColor.rgb) == (
        True,
        "00FF0000",
        "00FFFF00",
    )
    assert (sheet["E2"].comment.text, sheet["R3"].comment.text) == ("Tanya Bu Sri", "arsip")
    assert (sheet["Q2"].value, sheet["R2"].value) == ("isi Catatan", "isi Nomor surat")
    assert (sheet["R2"].hyperlink.ref, sheet["R2"].hyperlink.target) == ("R2", "https://contoh.go.id/surat")
    assert [sheet.column_dimensions[c].width for c in "QR"] == [33, 33]
    assert [str(area) for area in sheet.merged_cells] == ["Q4:R4"]
    assert sheet.row_dimensions[3].hidden
    assert {cell.fill.fgColor.rgb for cell in sheet[3]} == {"00DDEBF7"}
    assert [sheet[f"{c}2"].fill.fill_type for c in "KLMNO"] == ["solid", None, None, None, None]
    assert sheet.freeze_panes == "D2"
    assert (sheet.auto_filter.ref, sheet.auto_filter.filterColumn[0].colId) == ("A1:R8", 17)
    assert sheet.print_area == "'Indikator'!$A$1:$R$8"
    assert (book.sheetnames[0], book["Rapat"]["A1"].value) == ("Rapat", "jadwal")
    office.to("tahunan")
    assert office.titles()[-4:] == ["Target tahunan", "Sebaran", "Catatan", "Nomor surat"]
    assert [str(area) for area in office.book["Indikator"].merged_cells] == ["M4:N4"]


def test_filled_columns_are_kept_said_and_used_again(office, capsys):
    """A target for February outlives tahunan and triwulan, is said to be unused, and counts again later."""
    office.to("bulanan")
    with office.changed() as book:
        book["Indikator"]["M2"] = 3
    command = ["katalog", "--katalog", str(office.path), "--rincian"]
    assert run(iki_xl, [*command, "tahunan"]) == 0
    assert "Kolom Feb masih berisi 1 isian dan tidak dipakai" in capsys.readouterr().out
    assert office.titles()[-3:] == ["Target tahunan", "Feb", "Sebaran"]
    assert [said.code for said in list_remarks(office.read()) if said.cell] == ["K27"]
    assert run(iki_xl, [*command, "triwulan"]) == 0
    assert office.titles()[-7:] == ["Target tahunan", *TW, "Feb", "Sebaran"]
    assert run(iki_xl, [*command, "bulanan"]) == 0
    assert office.titles()[-14:] == ["Target tahunan", *MONTHS, "Sebaran"]
    assert office.read().indikator[0].period_targets == (None, 3.0, *(None,) * 10)


def test_an_empty_column_with_a_note_stays(office):
    """Nobody's note goes with a column that is otherwise empty."""
    office.to("bulanan")
    with office.changed() as book:
        book["Indikator"]["M3"].comment = Comment("tunggu keputusan", "Ani")
    result = office.to("tahunan")
    assert office.titles()[-3:] == ["Target tahunan", "Feb", "Sebaran"]
    assert [title for title, _ in result.edit.steps.kept] == ["Feb"]
    again = office.to("tahunan")
    assert again.edit.content is None
    assert [title for title, _ in again.edit.steps.kept] == ["Feb"]
    assert office.book["Indikator"]["L3"].comment.text == "tunggu keputusan"


@pytest.mark.parametrize(
    ("hindrance", "named"),
    [
        (lambda book: book["Indikator"].merge_cells("K5:L5"), "sel gabungan K5:L5"),
        (lambda book: book["Rapat"].__setitem__("A1", "=SUM(Indikator!L2:L9)"), "rumus di Rapat!A1"),
        (lambda book: book["Rapat"].__setitem__("A1", '=INDIRECT("Indikator!L2")'), "rumus di Rapat!A1"),
        (
            lambda book: book.defined_names.add(
                openpyxl.workbook.defined_name.DefinedName("milik", attr_text="Indikator!$L$2")
            ),
            "nama sel “milik”",
        ),
        (lambda book: book["Indikator"].add_table(Table(displayName="Tabel1", ref="M1:N3")), "“Tabel1”"),
    ],
)
def test_where_inserting_would_damage_something_columns_go_to_the_end(office, hindrance, named):
    """Merges across, formulas, names and tables are left as they are; the reason is said."""
    with office.changed() as book:
        book["Indikator"]["M1"], book["Indikator"]["N1"] = "Catatan", "Lagi"
        book["Indikator"]["M2"] = 7
        book.create_sheet("Rapat")
        hindrance(book)
    before, place = office.read(), office.titles()
    result = office.to("triwulan")
    assert office.titles() == [*place, *TW]
    assert {reason for _, reason in result.edit.steps.at_the_end}
    assert all(named in reason for _, reason in result.edit.steps.at_the_end)
    assert office.read() == of_rincian(before, "triwulan")
    assert office.book["Indikator"]["M2"].value == 7


def test_columns_that_a_formula_sums_are_not_removed(office):
    """An own sum over the quarters keeps its columns, and they are named."""
    office.to("triwulan")
    with office.changed() as book:
        book["Indikator"]["Q1"], book["Indikator"]["Q2"] = "Jumlah", "=SUM(L2:O2)"
    result = office.to("tahunan")
    assert office.titles()[-7:] == ["Target tahunan", *TW, "Sebaran", "Jumlah"]
    assert office.book["Indikator"]["Q2"].value == "=SUM(L2:O2)"
    assert {title for title, _ in result.edit.steps.kept} == set(TW)


def test_rules_of_own_columns_go_along(office):
    """An own entry rule and an own mark that look at their own column look at it afterwards as well."""
    with office.changed() as book:
        sheet = book["Indikator"]
        sheet["M1"] = "Prioritas"
        rule = openpyxl.worksheet.datavalidation.DataValidation("custom", "LEN(M2)<3", sqref="M2:M9")
        sheet.add_data_validation(rule)
        mark = openpyxl.formatting.rule.FormulaRule(["M2=1"], fill=PatternFill("solid", bgColor="FF0000"))
        sheet.conditional_formatting.add("M2:M9", mark)
    result = office.to("triwulan")
    assert not result.edit.steps.at_the_end
    sheet = office.book["Indikator"]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["Q2:Q9"] == "LEN(Q2)<3"
    assert {str(f.sqref): [r.formula for r in f.rules] for f in sheet.conditional_formatting}["Q2:Q9"] == [
        ["Q2=1"]
    ]


def test_a_formula_where_values_are_read_is_refused(office, capsys):
    """A computed target would lose its result: the sentence names the cells, and nothing is touched."""
    with office.changed() as book:
        book["Indikator"]["K2"] = "=6*2"
    cached = lambda name, part: (  # noqa: E731 - a change of one part
        part.replace(b"<f>6*2</f><v></v>", b"<f>6*2</f><v>12</v>").replace(
            b"<f>6*2</f><v/>", b"<f>6*2</f><v>12</v>"
        )
        if "sheet4" in name
        else part
    )
    office.path.write_bytes(with_parts(office.path.read_bytes(), cached))
    before = office.path.read_bytes()
    assert office.read().indikator[0].target == 12
    assert run(iki_xl, ["katalog", "--katalog", str(office.path), "--rincian", "bulanan"]) == 3
    said = capsys.readouterr().err
    assert "Tempel Khusus: Nilai" in said
    assert "Indikator!K2" in said
    assert office.path.read_bytes() == before


# Older shapes -----------------------------------------------------------------------------------


def test_missing_columns_lines_and_sheets_come_back_in_their_place(office):
    """Without a column, two lines and two sheets it is mended to what the writer gives."""
    model = look_of_all(office.book)
    with office.changed() as book:
        book["Indikator"].delete_cols(10)
        book["Indikator"].data_validations.dataValidation = []
        book["Kantor"].delete_rows(13)
        book["Kantor"].delete_rows(6)
        del book["Pegawai"]
        del book["Referensi"]
    with pytest.raises(CatalogMistakesError):
        office.read()
    result = office.to()
    assert result.edit.steps.added == [
        ("Kantor", "Tempat"),
        ("Kantor", "Batas lapor"),
        ("Pegawai", ""),
        ("Indikator", "Sumber data"),
        ("Referensi", ""),
    ]
    assert office.read() == replace(SMALL, pegawai=())
    after = look_of_all(office.book)
    assert list(after) == list(model)
    assert after["Referensi"] == model["Referensi"]
    assert [after["Kantor"]["cells"][f"A{row}"] for row in range(1, 7)] == [
        model["Kantor"]["cells"][f"A{row}"] for row in range(1, 7)
    ]
    assert office.titles() == [cell[0] for at, cell in model["Indikator"]["cells"].items() if at[1:] == "1"]
    assert office.book["Kantor"]["A13"].value == "Batas lapor"
    assert office.book["Kantor"].row_dimensions[13].height


def test_a_catalogue_from_before_sebaran_reads_as_it_did_and_gets_the_column(office):
    """Without the column nothing is said and every template still fits; `iki-xl katalog` adds it."""
    model = look(office.book["Indikator"])
    with office.changed() as book:
        sheet = book["Indikator"]
        sheet.delete_cols(12)
        rules = sheet.data_validations.dataValidation
        sheet.data_validations.dataValidation = [rule for rule in rules if "L2" not in rule.sqref]
        sheet["L1"], sheet["L2"] = "Sebaran desa", "wilayah utara"
    before = office.read()
    assert (before, before.remarks, before.fingerprint) == (SMALL, (), SMALL.fingerprint)
    assert office.to().edit.steps.added == [("Indikator", "Sebaran")]
    assert office.titles()[-3:] == ["Target tahunan", "Sebaran", "Sebaran desa"]
    assert office.read() == SMALL
    added = look(office.book["Indikator"])
    assert {at: cell for at, cell in added["cells"].items() if at[0] == "L"} == {
        at: cell for at, cell in model["cells"].items() if at[0] == "L"
    }
    with office.changed() as book:
        rule = next(r for r in book["Indikator"].data_validations.dataValidation if "L2" in r.sqref)
        assert rule.formula1 == '"rata,akhir tahun"'
        book["Indikator"]["L2"] = "rata"
    assert [item.sebaran for item in office.read().indikator] == [Sebaran.EVEN, Sebaran.UNSAID]


def look_of_all(book) -> dict[str, dict[str, object]]:
    return {sheet.title: look(sheet) for sheet in book}


def test_missing_target_columns_need_no_titles_typed_by_hand(office):
    """Who typed triwulan in sheet Kantor gets the columns by `iki-xl katalog`."""
    with office.changed() as book:
        book["Kantor"]["B12"] = "triwulan"
    office.to()
    assert office.titles()[-6:] == ["Target tahunan", *TW, "Sebaran"]
    assert office.read() == of_rincian(SMALL, "triwulan")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda book: book["Indikator"].__setitem__("K1", "Target 2026"), "K02"),
        (lambda book: book["Indikator"].delete_cols(5), "K02"),
        (lambda book: book["Kantor"].delete_rows(4), "K22"),
        (lambda book: setattr(book["Pegawai"], "title", "Pegawai lama"), "K01"),
        (lambda book: book["Kantor"].__setitem__("B2", None), "K12"),
    ],
)
def test_what_must_be_mended_by_a_person_is_refused(office, damage, code):
    """A renamed title or sheet, a missing required one, a blank name: the usual findings, nothing touched."""
    with office.changed() as book:
        damage(book)
    before = office.path.read_bytes()
    with pytest.raises(CatalogMistakesError) as caught:
        office.to("bulanan")
    assert code in {said.code for said in caught.value.findings}
    assert office.path.read_bytes() == before
    assert len(list_visible(office.path.parent)) == 1


# What openpyxl does not keep ------------------------------------------------------------------------


def test_a_logo_stays(office, tmp_path):
    """A picture in sheet Kantor is in the new catalogue as well, and nothing is said to be lost."""
    image = pytest.importorskip("PIL.Image")
    image.new("RGB", (8, 8), "red").save(tmp_path / "logo.png")
    with office.changed() as book:
        book["Kantor"].add_image(openpyxl.drawing.image.Image(tmp_path / "logo.png"), "D1")
    result = office.to("triwulan")
    assert result.edit.losses == ()
    assert office.titles()[-6:] == ["Target tahunan", *TW, "Sebaran"]
    with zipfile.ZipFile(office.path) as package:
        assert any(name.startswith("xl/media/") for name in package.namelist())


def test_what_is_lost_is_named_with_its_sheet(office, capsys):
    """Shapes and sparklines do not outlive openpyxl: both are named, and the earlier file has them."""

    def draw(name: str, part: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            lines = b'<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="urn:x">'
            lines += b"<x14:sparkline></x14:sparkline></ext></extLst>"
            return part.replace(b"</worksheet>", lines + b"</worksheet>")
        if name == "xl/drawings/drawing1.xml":
            return re.sub(rb"<pic>.*</pic>", SHAPE, part, flags=re.DOTALL)
        return part

    image = pytest.importorskip("PIL.Image")
    target = BytesIO()
    image.new("RGB", (8, 8), "red").save(target, "PNG")
    with office.changed() as book:
        book["Kantor"].add_image(openpyxl.drawing.image.Image(target), "D1")
    office.path.write_bytes(with_parts(office.path.read_bytes(), draw))
    before = office.path.read_bytes()
    assert run(iki_xl, ["katalog", "--katalog", str(office.path), "--rincian", "triwulan"]) == 0
    said = "".join(capsys.readouterr())
    assert "lembar Kantor: 1 sparkline" in said
    assert "Warning" not in said
    assert "lembar Kantor: 1 bentuk atau kotak teks" in said
    (earlier,) = office.path.parent.glob("katalog (sebelum *).xlsx")
    assert earlier.read_bytes() == before


def test_only_an_xlsx_is_edited(office):
    """A catalogue with macros or of another program is refused in one sentence, whatever its name."""
    macros = with_parts(
        office.path.read_bytes(),
        lambda name, part: (
            part.replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
            if name == "[Content_Types].xml"
            else part
        ),
    )
    office.path.write_bytes(macros)
    with pytest.raises(CatalogError, match="bukan buku kerja"):
        office.to("bulanan")
    assert office.path.read_bytes() == macros


def test_the_new_catalogue_bears_no_seal(office):
    """What openpyxl wrote does not claim to be untouched."""
    assert office.book.properties.contentStatus.startswith(SEAL_PREFIX)
    office.to("triwulan")
    assert office.book.properties.contentStatus is None


def test_a_sheet_that_reaches_to_the_last_row_is_refused(office):
    """A format dragged down to row 1,048,576 would make openpyxl fill the memory: where it is, is said."""
    with office.changed() as book:
        book["Indikator"]["C1048576"].font = Font(b=True)
    with pytest.raises(CatalogError, match=r"Lembar Indikator .* terpakai sampai L1048576"):
        office.to("bulanan")


def test_a_new_pegawai_sheet_names_no_wrong_column(office):
    """Where sheet Jabatan has other columns first, the formulas that look names up there are left out."""
    with office.changed() as book:
        book["Jabatan"].insert_cols(1)
        book["Jabatan"]["A1"] = "Nomor"
        book["Jabatan"].data_validations.dataValidation = []
        del book["Pegawai"]
    office.to()
    assert office.titles("Pegawai")[-1] == "Nama jabatan"
    assert all(cell.value is None for row in office.book["Pegawai"].iter_rows(min_row=2) for cell in row)


# Writing ----------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_leaves_all_as_it_was(office, monkeypatch):
    """A full disk: one sentence, the old catalogue, no other file."""

    def full(_path, _content):
        raise OSError(errno.ENOSPC, "")

    before = office.path.read_bytes()
    monkeypatch.setattr(output, "_write_and_read_back", full)
    with pytest.raises(OutputError, match="ruang disk habis"):
        office.to("bulanan")
    assert office.path.read_bytes() == before
    assert [p.name for p in list_visible(office.path.parent)] == ["katalog.xlsx"]


def test_an_open_catalogue_keeps_its_content_and_the_new_one_lies_beside_it(office, monkeypatch, capsys):
    """Windows with Excel open: katalog (baru).xlsx, and the sentence says so."""
    moved = output._move_into_place
    monkeypatch.setattr(
        output,
        "_move_into_place",
        lambda source, target: target.name != "katalog.xlsx" and moved(source, target),
    )
    monkeypatch.setattr(output, "_RETRY_WAITS", (0.0,))
    before = office.path.read_bytes()
    assert run(iki_xl, ["katalog", "--katalog", str(office.path), "--rincian", "bulanan"]) == 0
    assert "sedang terbuka" in capsys.readouterr().out
    assert office.path.read_bytes() == before
    beside = office.path.with_name("katalog (baru).xlsx")
    assert read_katalog(beside).kantor.rincian_target is RincianTarget.MONTHLY


def test_a_catalogue_saved_meanwhile_is_not_replaced(office, monkeypatch):
    """Somebody saves while the new one is laid down: theirs stays."""
    laid = output._write_and_read_back

    def slow(path, content):
        laid(path, content)
        office.path.write_bytes(b"baru saja disimpan")

    monkeypatch.setattr(output, "_write_and_read_back", slow)
    with pytest.raises(CatalogError, match="berubah selagi dibaca"):
        office.to("bulanan")
    assert office.path.read_bytes() == b"baru saja disimpan"
    assert len(list_visible(office.path.parent)) == 1


def test_a_value_that_would_be_lost_stops_it(office, monkeypatch):
    """Were openpyxl to lose one target, nothing would be replaced."""
    save = openpyxl.Workbook.save

    def losing(book, target):
        book["Indikator"]["K2"].value = None
        save(book, target)

    before = office.path.read_bytes()
    monkeypatch.setattr(openpyxl.Workbook, "save", losing)
    with pytest.raises(CatalogError, match="tidak persis sama"):
        office.to("bulanan")
    assert office.path.read_bytes() == before


# Any catalogue, any person ----------------------------------------------------------------------


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(katalogs(), st.sampled_from(["tahunan", "triwulan", "bulanan"]))
@example(
    replace(
        SMALL,
        jabatan=tuple(Jabatan(f"J{at:02d}", text, tugas=text) for at, text in enumerate(PLAIN_TRICKY)),
        pegawai=(),
        indikator=(),
    ),
    "bulanan",
)
def test_any_catalogue_keeps_every_value(katalog, rincian):
    """Texts that look like formulas or escapes, own lists, every rincian: all is there afterwards."""
    with TemporaryDirectory() as folder:
        office = Office(Path(folder), katalog)
        before = office.read()
        try:
            office.to(rincian)
        except CatalogError as exc:
            # openpyxl takes such letters for an escape, and is found out
            assert "tidak persis sama" in str(exc)  # noqa: PT017 - most catalogues raise nothing
            assert "x00" in repr(before)
            return
        after = office.read()
        kind = RincianTarget(rincian)
        assert after.kantor == replace(before.kantor, rincian_target=kind)
        assert (after.jabatan, after.pegawai, after.referensi) == (
            before.jabatan,
            before.pegawai,
            before.referensi,
        )
        office.to(before.kantor.rincian_target.value)
        assert office.read() == before


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_own_columns_rows_and_notes_anywhere(data):
    """Whatever columns, blank rows and notes a person puts between, they are all there afterwards."""
    with TemporaryDirectory() as folder:
        office = Office(Path(folder))
        placed = {}
        with office.changed() as book:
            sheet = book["Indikator"]
            for at in range(data.draw(st.integers(0, 4))):
                # right of what formulas of the sheet itself look at
                column = data.draw(st.integers(4, 14))
                sheet.insert_cols(column)
                sheet.data_validations.dataValidation = []
                sheet.cell(1, column).value = f"Milik {at}"
                row = data.draw(st.integers(2, 9))
                sheet.cell(row, column).value = placed[f"Milik {at}"] = f"isi {at}"
                if data.draw(st.booleans()):
                    sheet.cell(row, column).comment = Comment(f"catatan {at}", "Ani")
        before = office.read()
        for rincian in data.draw(st.lists(st.sampled_from(["bulanan", "triwulan", "tahunan"]), max_size=3)):
            office.to(rincian)
            assert office.read() == of_rincian(before, rincian)
        sheet = office.book["Indikator"]
        columns = {cell.value: cell.column for cell in sheet[1]}
        found = {
            title: [c.value for (c,) in sheet.iter_rows(min_row=2, min_col=at, max_col=at) if c.value]
            for title, at in columns.items()
            if title in placed
        }
        assert found == {title: [text] for title, text in placed.items()}


# Other programs ---------------------------------------------------------------------------------


@pytest.mark.lambat
@pytest.mark.parametrize("name", OFFICES)
def test_a_catalogue_saved_by_libreoffice_is_edited(tmp_path, name):
    """LibreOffice's own way of writing the same workbook goes through every rincian; an .ods is refused."""
    libreoffice.require()
    source = Office(tmp_path, read_office(name)).path
    saved = libreoffice.convert(source, "xlsx", tmp_path / "lo")
    folder = tmp_path / "kantor"
    folder.mkdir()
    office = Office(folder)
    shutil.copy(saved, office.path)
    first = office.read()
    for rincian in ("bulanan", "triwulan", "tahunan"):
        office.to(rincian)
        assert office.read() == of_rincian(first, rincian)
    shutil.copy(libreoffice.convert(source, "ods", tmp_path / "ods"), office.path)
    with pytest.raises(CatalogError, match="bukan buku kerja"):
        office.to("bulanan")


@pytest.mark.lambat
def test_excel_would_open_it(tmp_path):
    """Microsoft's validator says no more against the edited workbook than against openpyxl's own copy."""
    validator.require()
    office = Office(tmp_path, read_office(OFFICES[0]))
    with office.changed() as book:
        book["Indikator"]["M1"] = "Catatan"
        book["Indikator"]["M2"].comment = Comment("Tanya Bu Sri", "Ani")
    plain = tmp_path / "polos.xlsx"
    shutil.copy(office.path, plain)
    for rincian in ("bulanan", "triwulan"):
        office.to(rincian)
        for version in ("Office2013", "Microsoft365"):
            allowed = {text.partition(": ")[2] for text in validator.errors([plain], version)}
            found = {text.partition(": ")[2] for text in validator.errors([office.path], version)}
            assert found <= allowed
