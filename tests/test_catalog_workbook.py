"""katalog.xlsx holds the catalogue: what is written is read back, and the workbook is fit to keep."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from strategies import TRICKY, katalogs

from iki_xl.catalog import (
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    RincianTarget,
    katalog_xlsx,
    read_katalog,
)
from iki_xl.catalog.layout import list_parts
from iki_xl.errors import FormError

KANTOR = Kantor("Kecamatan Contoh", "Kabupaten Contoh", 2026)
TRICKY_KATALOG = Katalog(
    KANTOR,
    tuple(Jabatan(f"J{at:02d}", text, tugas=text, fungsi=TRICKY) for at, text in enumerate(TRICKY)),
)


def round_trip(katalog: Katalog) -> Katalog:
    """Write and read a catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "katalog.xlsx"
        path.write_bytes(katalog_xlsx(katalog))
        return read_katalog(path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(katalogs())
@example(TRICKY_KATALOG)
@example(Katalog(KANTOR))
def test_any_catalogue_survives_writing_and_reading(katalog):
    """Texts that look like formulas, escapes or tags, emoji, all rincian, own lists: all come back."""
    again = round_trip(katalog)
    assert again == katalog
    assert again.fingerprint == katalog.fingerprint


def opened(katalog: Katalog) -> openpyxl.Workbook:
    """Return the workbook as another program sees it."""
    return openpyxl.load_workbook(BytesIO(katalog_xlsx(katalog)))


def small() -> Katalog:
    """Return an office of two jabatan, one person and one indikator."""
    return Katalog(
        KANTOR,
        (Jabatan("J01", "Camat"), Jabatan("J02", "Kasi Pemerintahan", "J01")),
        (Pegawai("198501012010011001", "Siti", "J02"),),
        (Indikator("J02-01", "J02", "Tertib administrasi", "Jumlah laporan", target=12.5),),
    )


def test_the_same_catalogue_gives_the_same_bytes():
    """No moment of writing is stored."""
    assert katalog_xlsx(small()) == katalog_xlsx(small())


def test_the_sheets_stand_in_their_order_and_kantor_is_first():
    """Whoever opens the workbook sees Kantor."""
    workbook = opened(small())
    assert workbook.sheetnames == ["Kantor", "Jabatan", "Pegawai", "Indikator", "Referensi"]
    assert workbook.active.title == "Kantor"


@pytest.mark.parametrize(
    ("rincian", "titles"),
    [
        ("tahunan", ["Target tahunan"]),
        ("triwulan", ["Target tahunan", "TW I", "TW II", "TW III", "TW IV"]),
        (
            "bulanan",
            [
                "Target tahunan",
                *(["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]),
            ],
        ),
    ],
)
def test_the_indikator_sheet_has_the_target_columns_of_the_rincian(rincian, titles):
    """None beside the yearly one, four quarters, or twelve months; behind them how the yearly one spreads."""
    katalog = Katalog(replace(KANTOR, rincian_target=RincianTarget(rincian)))
    header = [cell.value for cell in opened(katalog)["Indikator"][1]]
    assert header[10:] == [*titles, "Sebaran"]


def test_every_sheet_is_set_up_for_reading_and_printing():
    """Header frozen and repeated, F4 landscape, one page wide, nothing protected."""
    for sheet in opened(small()):
        assert sheet.freeze_panes.endswith("2")
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (14, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$1"
        assert not sheet.protection.sheet


def test_blank_rows_below_are_ready_to_be_filled_in():
    """200 more rows take the dropdowns, the text format of NIP, and what is typed in them is read."""
    sheet = opened(small())["Indikator"]
    rules = {rule.formula1: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert rules["daftar_jabatan"] == "B2:B202"
    assert rules["daftar_satuan"] == "F2:F202"
    assert opened(small())["Pegawai"]["A202"].number_format == "@"


def test_every_rule_has_words_of_its_own_within_excels_limits():
    """Prompts and errors are Indonesian sentences; Excel allows 32 and 255 letters."""
    for sheet in opened(small()):
        for rule in sheet.data_validations.dataValidation:
            assert rule.type is None or rule.error
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 255


def test_the_help_column_shows_the_name_of_the_jabatan_at_once():
    """Its formula carries its computed value, for viewers that do not calculate."""
    workbook = openpyxl.load_workbook(BytesIO(katalog_xlsx(small())), data_only=True)
    assert workbook["Indikator"]["C2"].value == "Kasi Pemerintahan"
    assert opened(small())["Indikator"]["C2"].data_type == "f"


def test_a_row_is_as_high_as_its_longest_text_needs():
    """300 words in Tugas take many lines; a short row takes one."""
    katalog = Katalog(KANTOR, (Jabatan("J01", "Camat", tugas="melaksanakan " * 300), Jabatan("J02", "Kasi")))
    rows = opened(katalog)["Jabatan"].row_dimensions
    assert 408 < rows[2].height <= 409
    assert rows[3].height < 20


@pytest.mark.parametrize(
    ("katalog", "sentence"),
    [
        (
            Katalog(KANTOR, (Jabatan("J07", "Kasi", tugas="x" * 40_000),)),
            (
                "Tugas pada jabatan J07 “Kasi” terlalu panjang: 40.000 huruf, sedangkan satu sel "
                "paling banyak memuat 32.767 huruf; ringkaskan dahulu."
            ),
        ),
        (
            Katalog(KANTOR, (Jabatan("J07", "Kasi", tugas="😀" * 20_000),)),
            (
                "Tugas pada jabatan J07 “Kasi” terlalu panjang: 40.000 huruf, sedangkan satu sel "
                "paling banyak memuat 32.767 huruf; ringkaskan dahulu."
            ),
        ),
        (
            Katalog(KANTOR, (), (), (Indikator("J07-03", "J07", "S", "Jumlah", formulasi="a\x07b"),)),
            (
                "Formulasi pada indikator J07-03 “Jumlah” memuat karakter U+0007 yang tidak dapat "
                "disimpan di buku kerja; hapus dahulu karakter itu."
            ),
        ),
        (
            Katalog(KANTOR, (Jabatan("J07", "Ka\ud800si"),)),
            (
                "Nama jabatan pada jabatan J07 “Ka�si” memuat karakter U+D800 yang tidak dapat "
                "disimpan di buku kerja; hapus dahulu karakter itu."
            ),
        ),
        (
            Katalog(replace(KANTOR, place="a\tb")),
            (
                "Tempat di lembar Kantor memuat karakter U+0009 yang tidak dapat disimpan di buku "
                "kerja; hapus dahulu karakter itu."
            ),
        ),
        (
            Katalog(KANTOR, (), (), (Indikator("J07-03", "J07", "S", "Jumlah", target=float("nan")),)),
            "Target tahunan pada indikator J07-03 “Jumlah” bukan angka; perbaiki atau kosongkan dahulu.",
        ),
        (
            Katalog(KANTOR, (Jabatan("J07", "Kasi", fungsi=("satu\ndua",)),)),
            (
                "Fungsi pada jabatan J07 “Kasi” memuat butir dengan ganti baris (“satu dua”); satu "
                "butir harus satu baris, jadikan satu baris dahulu."
            ),
        ),
        (
            Katalog(KANTOR, (), (), (Indikator("J07-03", "J07", "S", "I", period_targets=(1.0, 2.0)),)),
            (
                "Indikator J07-03 mempunyai 2 target periode, padahal rincian target kantor "
                "“tahunan”; samakan dahulu keduanya."
            ),
        ),
    ],
)
def test_what_no_workbook_can_hold_is_refused_with_its_place(katalog, sentence):
    """The message names the field and its jabatan or indikator."""
    with pytest.raises(FormError) as caught:
        katalog_xlsx(katalog)
    assert str(caught.value) == sentence


def test_the_layout_names_every_field_once():
    """Keys are unique within a form or table, titles within a sheet."""
    for rincian in RincianTarget:
        titles: dict[str, list[str]] = {}
        for part in list_parts(rincian):
            keys = [column.key for column in part.columns]
            assert len(keys) == len(set(keys))
            titles.setdefault(part.sheet, []).extend(column.title for column in part.columns)
        assert all(len(names) == len(set(names)) for names in titles.values())
