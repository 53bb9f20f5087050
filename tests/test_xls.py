"""Reading .xls: what stands in the cells, formulas and errors included; damaged files end in one reason."""

from __future__ import annotations

import random
import struct
import tracemalloc
from datetime import datetime, time, timedelta

import biff
import jobs
import libreoffice
import openpyxl
import pytest
from filled import SAAT, Rumus, fakta, isi, katalog, kode, orang, terima

from iki_xl.readers.book import RUMUS_TAK_TERBACA, Batas, Isi, TidakTerbacaError
from iki_xl.readers.package import buka
from iki_xl.readers.workers import Gagal, baca_terpisah
from iki_xl.readers.xls import baca_xls
from iki_xl.readers.xlsx import baca_xlsx

_PERSEN, _TANGGAL, _JAM, _LAMA, _PERSEN_TEKS = 1, 2, 3, 4, 5
F = RUMUS_TAK_TERBACA
SEMUA = b"".join(
    (
        biff.number(0, 0, 5.0),
        biff.number(0, 1, 0.85, _PERSEN),
        biff.number(0, 2, 46204.5, _TANGGAL),
        biff.number(0, 3, 0.25, _JAM),
        biff.number(0, 4, 1.5, _LAMA),
        biff.number(0, 5, 7.0, _PERSEN_TEKS),
        biff.number(0, 6, 1e12, _TANGGAL),
        biff.number(0, 7, -3.0, _TANGGAL),
        biff.number(0, 8, float("nan"), _TANGGAL),
        biff.text(1, 0, "Désa “X”"),
        biff.boolean(1, 1, 1),
        biff.boolean(1, 2, 0x17, error=True),
        biff.boolean(1, 3, 0x99, error=True),
        biff.formula(2, 0, 12.0),
        biff.formula(2, 1, "hasil"),
        biff.formula(2, 2, (1, 0)),
        biff.formula(2, 3, (2, 0x07)),
        biff.formula(2, 4, (3, 0)),
        biff.formula(2, 5, 0.5, _PERSEN),
        biff.record(biff.PROTECT, b"\x01\x00"),
    )
)


def lembar(content, **limits):
    """Return the only sheet of an .xls."""
    (sheet,) = baca_xls(content, Batas(**limits)).lembar
    return sheet


def test_every_kind_of_cell():
    """Numbers, percents, moments, texts, booleans, errors, and formulas with each kind of result."""
    sheet = lembar(biff.xls({"Désa": SEMUA}))
    assert (sheet.nama, sheet.dilindungi) == ("Désa", True)
    nan = sheet.sel.pop((0, 8))
    assert nan.nilai != nan.nilai
    assert sheet.sel == {
        (0, 0): Isi(5.0),
        (0, 1): Isi(0.85, persen=True),
        (0, 2): Isi(datetime(2026, 7, 1, 12, 0)),  # noqa: DTZ001 - as a workbook has it
        (0, 3): Isi(time(6, 0)),
        (0, 4): Isi(timedelta(days=1, hours=12)),
        (0, 5): Isi(7.0),
        (0, 6): Isi(1e12),
        (0, 7): Isi(-3.0),
        (1, 0): Isi("Désa “X”"),
        (1, 1): Isi(True),
        (1, 2): Isi("#REF!", galat=True),
        (1, 3): Isi("#N/A", galat=True),
        (2, 0): Isi(12.0, rumus=F),
        (2, 1): Isi("hasil", rumus=F),
        (2, 2): Isi(False, rumus=F),
        (2, 3): Isi("#DIV/0!", galat=True, rumus=F),
        (2, 4): Isi("", rumus=F),
        (2, 5): Isi(0.5, rumus=F, persen=True),
    }


def test_sheets_in_order_and_moments_counted_from_1904():
    """Each sheet has its own cells; an old Macintosh workbook counts days from elsewhere."""
    day = biff.number(3, 2, 1.0, _TANGGAL)
    book = baca_xls(biff.xls({"a": day, "b": b"", "c": biff.text(0, 0, "x")}, datemode=1), Batas())
    assert [(s.nama, dict(s.sel), s.dilindungi) for s in book.lembar] == [
        ("a", {(3, 2): Isi(datetime(1904, 1, 2))}, False),  # noqa: DTZ001 - as a workbook has it
        ("b", {}, False),
        ("c", {(0, 0): Isi("x")}, False),
    ]
    assert book.disimpan is None


def endless_table():
    """Return a file whose sectors lead in a circle."""
    content = bytearray(biff.xls({"a": biff.number(0, 0, 1.0) * 200}))
    struct.pack_into("<I", content, 512 + 4 * 5, 3)
    return bytes(content)


SATU = biff.number(0, 0, 1.0)
BURUK = {
    "kosong": (b"", "isinya bukan buku kerja Excel"),
    "teks": (b"Januari;5\n", "isinya bukan buku kerja Excel"),
    "hanya kepala": (biff.xls({"a": SATU})[:512], "berkasnya rusak"),
    "dokumen lain": (biff.ole(WordDocument=b"x" * 600), "isinya bukan buku kerja Excel"),
    "xlsx bersandi": (biff.ole(EncryptedPackage=b"x" * 600), "berkasnya memakai kata sandi"),
    "xls bersandi": (
        biff.xls({"a": SATU}, biff.record(biff.FILEPASS, bytes(54))),
        "berkasnya memakai kata sandi",
    ),
    "terpotong": (biff.xls({"a": SATU * 400})[:-3000], "berkasnya rusak"),
    "berputar": (endless_table(), "berkasnya rusak"),
    "tanpa akhir": (biff.ole(Workbook=biff.stream({"a": SATU})[:-4]), "berkasnya rusak"),
    "lembar di luar": (biff.xls({"a": SATU}, places=[10**9]), "berkasnya rusak"),
    "lembar bukan lembar": (biff.xls({"a": SATU}, places=[7]), "berkasnya rusak"),
    "lembar yang sama": (biff.xls({"a": SATU, "b": SATU}, places=[300, 300]), "berkasnya rusak"),
    "format tidak ada": (biff.xls({"a": biff.number(0, 0, 1.0, 99)}), "berkasnya rusak"),
    "sel terlalu jauh": (biff.xls({"a": biff.number(65535, 60000, 1.0)}), "selnya lebih dari 10000"),
    "kolom yang tidak ada": (biff.xls({"a": biff.number(0, 300, 1.0)}), "berkasnya rusak"),
    "teks bersama palsu": (
        biff.xls({"a": biff.record(0x00FD, struct.pack("<HHHI", 0, 0, 0, 7))}),
        "berkasnya rusak",
    ),
    "jumlah teks palsu": (
        biff.xls({"a": SATU}, biff.record(0x00FC, struct.pack("<II", 0xFFFFFFFF, 0x7FFFFFFF))),
        "berkasnya rusak",
    ),
    "terlalu banyak lembar": (biff.xls({f"L{n}": SATU for n in range(6)}), "lembarnya 6, paling banyak 5"),
    "terlalu banyak sel": (
        biff.xls({"a": b"".join(biff.number(r, 255, 1.0) for r in range(40))}),
        "selnya lebih dari 10000",
    ),
}


@pytest.mark.parametrize("content", BURUK.values(), ids=BURUK)
def test_bad_files_end_in_one_reason(content):
    """Each with its words; limits are counted before xlrd makes a cell."""
    with pytest.raises(TidakTerbacaError) as caught:
        baca_xls(content[0], Batas(lembar=5, sel=10_000))
    assert str(caught.value) == content[1]


def test_cells_in_all_sheets_count_together():
    many = {f"L{n}": biff.number(99, 9, 1.0) for n in range(5)}
    assert len(baca_xls(biff.xls(many), Batas(sel=550)).lembar) == 5
    with pytest.raises(TidakTerbacaError):
        baca_xls(biff.xls(many), Batas(sel=549))


def test_entries_that_claim_the_same_bytes_cost_nothing():
    """Three hundred streams of the whole file, and streams longer than it: only the workbook is read."""
    content = bytearray(biff.ole(Workbook=biff.stream({"a": SATU}), **{f"S{n}": b"" for n in range(300)}))
    for n in range(300):
        at = content.index(f"S{n}\0".encode("utf-16-le")) + 116
        struct.pack_into("<II", content, at, 2, len(content) if n % 2 else 0xFFFFFFFF)
    tracemalloc.start()
    assert lembar(bytes(content)).sel == {(0, 0): Isi(1.0)}
    assert tracemalloc.get_traced_memory()[1] < 30 * len(content)
    tracemalloc.stop()


def test_records_that_are_not_needed_do_no_harm():
    """Names, drawings and styles that are nonsense are not looked at."""
    junk = b"".join(biff.record(code, b"\xff" * 40) for code in (0x18, 0x23, 0x17, 0x92, 0x293, 0x1AE, 0xEB))
    marks = b"".join(biff.record(code, b"\xff" * 40) for code in (0x1C, 0x5D, 0x1B6, 0xE5, 0x1B0, 0x208))
    assert lembar(biff.xls({"a": marks + SATU}, junk)).sel == {(0, 0): Isi(1.0)}


def mutations(content, count, seed):
    """Return damaged copies: bytes changed at random places, or the end cut off."""
    rng = random.Random(seed)
    for _ in range(count):
        damaged = bytearray(content)
        for _ in range(rng.choice((1, 1, 2, 8))):
            at = rng.randrange(512, len(damaged))
            size = rng.choice((1, 1, 2, 4))
            damaged[at : at + size] = rng.choice((b"\xff" * size, bytes(size), rng.randbytes(size)))
        yield bytes(damaged[: rng.randrange(len(damaged))] if rng.random() < 0.1 else damaged[: len(content)])


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_are_read_or_refused(seed):
    """400 damaged copies each: nothing but TidakTerbacaError comes out, and no worker dies."""
    base = biff.xls({"a": SEMUA, "b": biff.text(0, 0, "x" * 300) + SATU * 20})
    results = list(baca_terpisah(jobs.read_xls, list(mutations(base, 400, seed)), Batas(detik=10)))
    assert len(results) == 400
    assert 0 < sum(isinstance(r, Gagal) for r in results) < 400
    assert {r.sebab for r in results if isinstance(r, Gagal)} <= {
        "berkasnya rusak",
        "isinya bukan buku kerja Excel",
        "berkasnya memakai kata sandi",
    }


# Files as LibreOffice writes them.


def hand_made(path):
    """Write a workbook with what people leave in cells, for LibreOffice to save."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Uraian", 1, 2.5, True, datetime(2026, 3, 2), time(8, 30)])  # noqa: DTZ001 - as in a workbook
    sheet.append(["=1+1", '="a"&"b"', "=1/0", '=""', "=B1*0.01", "=NA()"])
    sheet["E2"].number_format = "0.0%"
    sheet["A3"], sheet["B3"] = 0.5, 0.5
    sheet["A3"].number_format, sheet["B3"].number_format = "0%", '0"%"'
    sheet["IV3"] = "jauh"
    for row in range(10, 14):
        sheet[f"A{row}"] = f"=B{row}+1"
    hidden = book.create_sheet("Rahasia")
    hidden.sheet_state = "hidden"
    hidden.protection.sheet = True
    hidden["C9"] = "ada"
    book.save(path)
    return path


def plain(book):
    """Return sheets and cells; of a formula only that there is one.

    LibreOffice stores the empty text of some shared formulas as 0 in .xls: those are no difference.
    """
    return [
        (s.nama, s.dilindungi, {at: (_shown(c), c.galat, bool(c.rumus), c.persen) for at, c in s.sel.items()})
        for s in book.lembar
    ]


def _shown(cell):
    return None if cell.rumus and cell.nilai in {"", 0.0} else cell.nilai


@pytest.mark.lambat
def test_xls_and_xlsx_of_libreoffice_agree_cell_by_cell(tmp_path):
    """The same workbook saved in both formats: values, errors, formulas, percents, protection, sheets."""
    libreoffice.require()
    templat = isi(
        tmp_path / "isian.xlsx",
        katalog(),
        {"J01": {("J01-01", "realisasi_01"): 0.5, ("J01-01", "satuan"): "Dokumen"}, "J02": {}},
    )
    for path in (hand_made(tmp_path / "tangan.xlsx"), templat):
        old = libreoffice.convert(path, "xls", tmp_path / "xls").read_bytes()
        new = libreoffice.convert(path, "xlsx", tmp_path / "xlsx").read_bytes()
        one, two = baca_xls(old, Batas()), baca_xlsx(buka(new, Batas()), Batas())
        assert plain(one) == plain(two)


@pytest.mark.lambat
def test_a_return_saved_as_xls_counts_like_the_xlsx(tmp_path):
    """The product's template, filled, saved by LibreOffice as .xls, and also under a wrong name."""
    libreoffice.require()
    entries = {
        **orang("Sari", "197704042005011004"),
        ("J02-01", "realisasi_01"): 2,
        ("J02-02", "realisasi_02"): "9,5",
        ("J02-03", "realisasi_03"): Rumus("=1+2", 3),
        ("J02-01", "realisasi_04"): Rumus("=1/0", "#DIV/0!"),
    }
    path = isi(tmp_path / "sari.xlsx", katalog(), {"J02": entries})
    old = libreoffice.convert(path, "xls", tmp_path / "xls")
    merged, found = terima(katalog(), old)
    assert fakta(merged) == [("J02-01", 1, 2.0), ("J02-02", 2, 9.5), ("J02-03", 3, 3.0)]
    assert [pair for pair in kode(found) if pair[0][0] == "N"] == [
        ("N16", "O8"),
        ("N02", "M9"),
        ("N17", "N10"),
    ]
    wrong = old.with_suffix(".xlsx")
    wrong.write_bytes(old.read_bytes())
    again, _ = terima(katalog(), wrong)
    assert fakta(again) == fakta(merged)


@pytest.mark.lambat
def test_when_it_was_saved_is_what_the_file_says(tmp_path):
    """LibreOffice keeps the moment of the workbook it converts."""
    libreoffice.require()
    path = isi(tmp_path / "a.xlsx", katalog(), {"J02": {}})
    old = libreoffice.convert(path, "xls", tmp_path / "xls").read_bytes()
    assert baca_xls(old, Batas()).disimpan == SAAT


@pytest.mark.lambat
def test_damaged_files_of_libreoffice_are_read_or_refused(tmp_path):
    """2,000 damaged copies of a real file; no worker dies, none hangs."""
    libreoffice.require()
    content = libreoffice.convert(hand_made(tmp_path / "a.xlsx"), "xls", tmp_path / "xls").read_bytes()
    results = list(baca_terpisah(jobs.read_xls, list(mutations(content, 2000, 7)), Batas(detik=10)))
    reasons = {r.sebab for r in results if isinstance(r, Gagal)}
    assert not {r for r in reasons if "terhenti" in r or "detik" in r or "memori" in r}
