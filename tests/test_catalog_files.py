"""katalog.xlsx is read whatever program wrote it; where it cannot be, the cause and a way out are said."""

from __future__ import annotations

import contextlib
import pickle
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import biff
import libreoffice
import packages
import pytest
from catalogs import GOOD_KATALOG, INDIKATOR, KATALOG, Edit, with_parts
from filled import make_katalog as office
from filled import make_templat
from hypothesis import HealthCheck, Phase, given, settings
from strategies import katalogs

from iki_xl import pipeline, results
from iki_xl.catalog import katalog_xlsx, read_katalog
from iki_xl.catalog.cells import KATALOG_LIMITS
from iki_xl.collect.files import read_one_file
from iki_xl.collect.record import compute_record_key
from iki_xl.errors import CatalogError, CatalogMistakesError
from iki_xl.readers.book import Limits, RefusalKind, UnreadableError
from iki_xl.readers.workbook import read_workbook

if TYPE_CHECKING:
    from iki_xl.catalog import Katalog

CASES = Path(__file__).parent / "cases" / "laporan"
GOOD = CASES / "00-katalog-benar.xlsx"


def read_bytes(content: bytes, folder: Path, name: str = "katalog.xlsx") -> Katalog:
    path = folder / name
    path.write_bytes(content)
    return read_katalog(path)


# What some program wrote --------------------------------------------------------------------------


ODD = ("core_date", "st_family", "st_fill", "st_noname", "st_rgb3", "st_u")


@pytest.mark.parametrize("name", ["06-katalog-strict", *(f"07-katalog-{what}" for what in ODD)])
def test_strict_workbooks_and_odd_styles_and_properties_are_read(name):
    """Strict Open XML, styles and dates that other readers refuse: the same catalogue, no word."""
    read = read_katalog(CASES / f"{name}.xlsx")
    assert read == read_katalog(GOOD)
    assert read.remarks == ()


@pytest.mark.parametrize("number", [1, 2])
def test_a_literal_percent_sign_in_a_format_changes_no_target(number):
    """85 shown as 85% by the formats 0"%" and 0\\% is 85."""
    read = read_katalog(CASES / f"03-katalog-persen-harfiah-{number}.xlsx")
    assert (read.indikator[0].id, read.indikator[0].target) == ("J01-01", 85)


@pytest.mark.parametrize("change", [None, b"<a", b"", b"<a/>"])
@pytest.mark.parametrize("part", ["docProps/core.xml", "docProps/app.xml", "xl/theme/theme1.xml"])
def test_parts_in_which_no_figure_stands_may_be_gone_or_broken(tmp_path, part, change):
    """Properties and themes are no reason to refuse a catalogue."""
    content = with_parts(GOOD_KATALOG, lambda name, old: change if name == part else old)
    assert read_bytes(content, tmp_path) == KATALOG


@pytest.mark.parametrize("change", [None, b"<a", b"<styleSheet"])
def test_lost_number_formats_are_said(tmp_path, change):
    """Without styles nobody knows which numbers were percentages: the catalogue is read, and that is said."""
    content = with_parts(GOOD_KATALOG, lambda name, old: change if name == "xl/styles.xml" else old)
    read = read_bytes(content, tmp_path)
    assert read == KATALOG
    assert [(f.code, f.level, f.cell) for f in read.remarks] == [("K30", "peringatan", "")]


def test_a_workbook_that_asks_for_no_format_needs_no_styles(tmp_path):
    """What a program without styles wrote is complete."""

    def plain(name: str, part: bytes) -> bytes | None:
        if name == "xl/styles.xml":
            return None
        return re.sub(rb' s="[0-9]+"', b"", part) if name.startswith("xl/worksheets/") else part

    read = read_bytes(with_parts(GOOD_KATALOG, plain), tmp_path)
    assert (read, read.remarks) == (KATALOG, ())


def test_a_return_whose_number_formats_are_lost_is_refused(tmp_path):
    """0.85 may have been 85%: the cause is said, nothing is counted."""
    katalog = office()
    content = make_templat(katalog, ("J02",))
    broken = with_parts(content, lambda name, old: b"<a" if name == "xl/styles.xml" else old)
    path = tmp_path / "kiriman.xlsx"
    path.write_bytes(broken)
    result = read_one_file(path, pickle.dumps(katalog), Limits())
    assert result.record is None
    assert "format selnya hilang atau rusak" in result.reason


def test_a_link_to_the_catalogue_is_followed(tmp_path):
    """The office keeps it in a shared folder and links to it."""
    real = tmp_path / "bersama" / "induk.xlsx"
    real.parent.mkdir()
    real.write_bytes(GOOD_KATALOG)
    link = tmp_path / "katalog.xlsx"
    link.symlink_to(real)
    assert read_katalog(link) == KATALOG


# Other formats ------------------------------------------------------------------------------------


def as_xls(content: bytes) -> bytes:
    """Return an .xls with the texts and numbers of a workbook."""
    sheets = {}
    for sheet in read_workbook(content, ".xlsx", Limits()).sheets:
        records = [
            (biff.text if isinstance(cell.value, str) else biff.number)(*place, cell.value)
            for place, cell in sorted(sheet.cells.items())
            if cell.value is not None
        ]
        sheets[sheet.nama] = b"".join(records)
    return biff.ole(Workbook=biff.stream(sheets))


def test_an_xls_is_read_in_a_process_of_its_own(tmp_path):
    """The library that reads them is not trusted with this one."""
    assert read_bytes(as_xls(GOOD_KATALOG), tmp_path) == KATALOG
    assert read_bytes(as_xls(GOOD_KATALOG), tmp_path, "katalog.xls") == KATALOG


def test_a_hostile_xls_is_refused_in_time(tmp_path, monkeypatch):
    """What takes too long or is no workbook after all ends in one sentence."""
    monkeypatch.setattr("iki_xl.catalog.cells.KATALOG_LIMITS", replace(KATALOG_LIMITS, cells=10))
    with pytest.raises(CatalogError, match="terlalu besar untuk sebuah katalog"):
        read_bytes(as_xls(GOOD_KATALOG), tmp_path)
    with pytest.raises(CatalogError, match="rusak"):
        read_bytes(biff.ole(Workbook=b"\0" * 5000), tmp_path)


def kept_by_libreoffice(value: object) -> object:
    """Return a catalogue without what LibreOffice loses, and what xlrd does not read.

    That is texts that look like escapes, double spaces in texts of several lines and decimals beyond the 20th
    (.ods), and letters beyond U+FFFF in a formula's result (.xls).
    """
    if is_dataclass(value):
        return replace(value, **{f.name: kept_by_libreoffice(getattr(value, f.name)) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(map(kept_by_libreoffice, value))
    if type(value) is float:
        return round(value, 20)
    if type(value) is str:
        text = value.replace("_x", "_y").replace("  ", " ")
        return "".join(letter if ord(letter) < 0x10000 else "Z" for letter in text)
    return value


@pytest.mark.lambat
@pytest.mark.parametrize("fmt", ["xlsx", "ods", "xls"])
def test_any_catalogue_saved_by_libreoffice_reads_the_same(tmp_path, fmt):
    """Texts, numbers, lists and all rincian, through another program's three formats."""
    libreoffice.require()
    source = tmp_path / "asli"
    source.mkdir()
    made: dict[Path, Katalog] = {}

    @settings(max_examples=25, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck])
    @given(katalogs())
    def make(katalog: Katalog) -> None:
        path = source / f"k{len(made)}.xlsx"
        path.write_bytes(katalog_xlsx(kept_by_libreoffice(katalog)))
        # names that were different may be equal now
        with contextlib.suppress(CatalogMistakesError):
            made[path] = read_katalog(path)

    make()
    saved = libreoffice.convert_all(list(made), fmt, tmp_path / fmt)
    assert len(saved) > 10
    for katalog, path in zip(made.values(), saved, strict=True):
        assert read_katalog(path) == katalog


# Blank cells down to the last row -----------------------------------------------------------------


def with_rows(rows: str) -> bytes:
    """Return the good catalogue with more rows at the end of Indikator."""

    def change(name: str, part: bytes) -> bytes:
        if name != INDIKATOR:
            return part
        return part.replace(b"</sheetData>", rows.encode() + b"</sheetData>")

    return with_parts(GOOD_KATALOG, change)


ROWS = range(10_001, 60_001)
BLANK = {
    "rows with a height": "".join(
        f'<row r="{r}" s="1" customFormat="1" ht="20" customHeight="1"/>' for r in ROWS
    ),
    "cells with a style": "".join(
        f'<row r="{r}" spans="1:3"><c r="A{r}" s="1"/><c r="B{r}" s="1"/><c r="C{r}" s="1"/></row>'
        for r in ROWS
    ),
    "cells closed apart": "".join(f'<row r="{r}"><c r="A{r}" s="1" t="s"></c></row>' for r in ROWS),
}


@pytest.mark.parametrize("rows", BLANK.values(), ids=BLANK.keys())
def test_formatted_blank_rows_cost_no_cells(tmp_path, monkeypatch, rows):
    """50,000 blank rows pass limits that 1,000 filled cells would not: nobody looks at their cells."""
    monkeypatch.setattr("iki_xl.catalog.cells.KATALOG_LIMITS", replace(KATALOG_LIMITS, cells=1_000))
    assert read_bytes(with_rows(rows), tmp_path) == KATALOG


def test_a_column_filled_down_to_the_bottom_is_named(tmp_path):
    """Somebody dragged a cell to the end of the sheet: one sentence, not a finding for each row."""
    rows = "".join(
        f'<row r="{r}"><c r="B{r}" t="inlineStr"><is><t>J01</t></is></c></row>' for r in range(300, 12_000)
    )
    with pytest.raises(
        CatalogError, match="Lembar Indikator di katalog berisi 11702 baris, paling banyak 10000"
    ):
        read_bytes(with_rows(rows), tmp_path)


def test_a_thousand_like_mistakes_are_counted_in_one(tmp_path):
    """The first are named, the rest are counted with their cells; the sentence tells the whole number."""
    rows = "".join(
        f'<row r="{r}"><c r="A{r}" t="inlineStr"><is><t>X{r}</t></is></c>'
        f'<c r="B{r}" t="inlineStr"><is><t>J02</t></is></c>'
        f'<c r="D{r}" t="inlineStr"><is><t>Sasaran</t></is></c></row>'
        for r in range(300, 1_300)
    )
    with pytest.raises(CatalogMistakesError, match="memuat 1000 kesalahan") as caught:
        read_bytes(with_rows(rows), tmp_path)
    named = [f for f in caught.value.findings if f.code == "K12"]
    (rest,) = [f for f in caught.value.findings if f.code == "K33"]
    assert len(named) == 20
    assert rest.cell == "E320"
    assert rest.message == "980 sel lain di kolom ini (E320 sampai E1299) mendapat temuan yang sama: K12."


# Why not ------------------------------------------------------------------------------------------


def refusal(path: Path) -> str:
    with pytest.raises(CatalogError) as caught:
        read_katalog(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (
            UnreadableError("berubah selagi dibaca", RefusalKind.CHANGED),
            "tunggu sampai selesai, lalu ulangi",
        ),
        (
            UnreadableError("ukurannya 60 MB, paling besar 50 MB", limit="file_mb", enough=60),
            "hapus gambar, lembar dan baris yang tidak diperlukan",
        ),
        (
            UnreadableError("selnya terlalu banyak", limit="cells"),
            "terlalu besar untuk sebuah katalog (selnya terlalu banyak)",
        ),
        (UnreadableError("tidak selesai dibaca dalam 20 detik", limit="seconds"), "terlalu besar"),
        (
            UnreadableError("isinya bukan buku kerja Excel", RefusalKind.NOT_A_WORKBOOK),
            "simpan sebagai “Buku Kerja Excel (.xlsx)”",
        ),
        (
            UnreadableError("di dalamnya tidak ada lembar kerja"),
            "(di dalamnya tidak ada lembar kerja); ambil salinan cadangannya",
        ),
    ],
)
def test_the_cause_is_said_and_what_to_do(tmp_path, monkeypatch, refused, words):
    """One sentence names the file, the reader's reason, and a way out that fits it."""

    def refuse(*_: object) -> None:
        raise refused

    monkeypatch.setattr("iki_xl.catalog.cells.read_whole", refuse)
    path = tmp_path / "katalog.xlsx"
    path.write_bytes(GOOD_KATALOG)
    assert words in refusal(path)


def test_other_documents_are_no_catalogue(tmp_path):
    """A zip of something else, a Word document under the catalogue's name."""
    path = tmp_path / "katalog.xlsx"
    path.write_bytes(packages.zip_parts({"word/document.xml": b"<a/>"}))
    assert "isinya bukan buku kerja, melainkan dokumen atau arsip lain" in refusal(path)


# What is only to be looked at ---------------------------------------------------------------------


def test_remarks_reach_the_user_with_every_command(tmp_path):
    """A target stored as text counts, and is said by templat, periksa and kumpul, in temuan.csv as well."""
    edit = Edit(tmp_path)
    edit.put("Indikator", "K2", "12")
    katalog = edit.read()
    assert katalog == KATALOG
    assert [(f.code, f.file, f.sheet, f.cell) for f in katalog.remarks] == [
        ("N01", "katalog.xlsx", "Indikator", "K2")
    ]
    made = pipeline.make_templat(katalog, "kantor", tmp_path / "templates")
    assert katalog.remarks[0] in made.temuan
    workbooks = tmp_path / "workbooks"
    workbooks.mkdir()
    (workbooks / "ani.xlsx").write_bytes(made.outputs[0].read_bytes())
    checked = pipeline.periksa([workbooks / "ani.xlsx"], katalog)
    assert katalog.remarks[0] in checked.temuan
    collected = pipeline.kumpul(katalog, results.CollectRequest(workbooks, tmp_path / "reports"))
    assert katalog.remarks[0] in collected.temuan
    assert "N01,peringatan,katalog.xlsx,Indikator,K2" in (tmp_path / "reports" / "temuan.csv").read_text(
        "utf-8"
    )


def test_remarks_are_no_part_of_the_catalogue(tmp_path):
    """Neither its fingerprint nor what was read under it depends on them."""
    edit = Edit(tmp_path)
    edit.put("Indikator", "K2", "12")
    katalog = edit.read()
    bare = replace(katalog, remarks=())
    assert katalog.remarks
    assert (katalog.fingerprint, compute_record_key(katalog, Limits())) == (
        bare.fingerprint,
        compute_record_key(bare, Limits()),
    )
