"""Petunjuk, the first sheet: how to fill the workbook in, and how far one has come; and the sheet Temuan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.form.formulas import CARA_ISI
from iki_xl.form.identity import LEMBAR_PETUNJUK
from iki_xl.tables import muat_sel
from iki_xl.template import styles
from iki_xl.xlsx import lembar_terkunci, tinggi_baris, tulis, tulis_rumus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog import Katalog
    from iki_xl.findings import Temuan
    from iki_xl.template.sheet import Lembar
    from iki_xl.template.styles import Gaya

_LANGKAH = (
    "Buka lembar jabatan Anda lewat daftar di bawah ini.",
    "Isi nama dan NIP bila masih kosong.",
    "Isi sel berwarna kuning saja. Satuan dan tipe perhitungan dipilih dari daftar di sel itu.",
    "Isi realisasi pada bulan yang dilaporkan: angka saja, tanpa satuan. 85 % ditulis 85.",
    "Ikuti kolom CARA ISI. {cara_isi}",
    "Bulan yang belum ada datanya dikosongkan; ketik 0 hanya bila nihil. Simpan, lalu kirim berkas ini.",
)
_LEGENDA = (
    (styles.ISIAN, "Sel kuning: diisi oleh Anda"),
    (styles.TERKUNCI, "Sel putih: dari katalog kantor, tidak dapat diubah"),
    (styles.OTOMATIS, "Sel abu-abu: dihitung otomatis"),
)
_LEGENDA_TEMUAN = (
    (styles.SALAH, "Sel jingga: harus diperbaiki (arahkan penunjuk ke sel untuk membaca catatannya)"),
    (styles.PERLU_DILIHAT, "Sel kuning terang: mohon diperiksa"),
)
_KOLOM_PETUNJUK = {"nomor": (0, 5.0), "lembar": (1, 34.0), "jabatan": (2, 62.0), "terisi": (3, 16.0)}
_KOLOM_TEMUAN = {
    "nomor": (0, 5.0),
    "lembar": (1, 26.0),
    "sel": (2, 8.0),
    "nilai": (3, 18.0),
    "pesan": (4, 48.0),
    "perbaikan": (5, 48.0),
}


def tulis_petunjuk(
    sheet: Worksheet, gaya: Gaya, katalog: Katalog, lembar: Sequence[Lembar], sandi: str
) -> None:
    """Write the guide: six steps, a legend of colours, and the list of sheets with live progress."""
    kolom = _nomor_kolom(_KOLOM_PETUNJUK)
    kantor = katalog.kantor
    judul = gaya(bold=True, font_size=16, font_color=styles.GELAP)
    tulis(sheet, 0, 0, f"Isian Indikator Kinerja Individu (IKI) Tahun {kantor.tahun}", judul)
    tulis(sheet, 1, 0, f"{kantor.nama}, {kantor.pemda}", gaya(bold=True))
    row = 3
    if kantor.batas_lapor:
        tulis(sheet, 2, 0, f"Batas lapor: {kantor.batas_lapor}", gaya(bold=True, font_color="#9C2B1B"))
        row = 4
    row = _tulis_langkah(sheet, gaya, katalog, row)
    row = _tulis_legenda(sheet, gaya, row + 1, ada_temuan=any(item.temuan for item in lembar))
    kepala = gaya.kotak(bold=True, bg_color=styles.GELAP, font_color="#FFFFFF", valign="vcenter")
    for key, title in (
        ("nomor", "No"),
        ("lembar", "Lembar (klik)"),
        ("jabatan", "Jabatan"),
        ("terisi", "Terisi"),
    ):
        tulis(sheet, row, kolom[key], title, kepala)
    sheet.repeat_rows(row)
    for number, item in enumerate(lembar, start=1):
        _tulis_baris_lembar(sheet, gaya, item, row + number, number)
    _selesaikan(sheet, sandi)


def siapkan(workbook: Workbook, gaya: Gaya, name: str) -> Worksheet:
    """Add one of this module's sheets with its column widths."""
    columns = _KOLOM_PETUNJUK if name == LEMBAR_PETUNJUK else _KOLOM_TEMUAN
    sheet = lembar_terkunci(workbook, name, [(width, False) for _, width in columns.values()], gaya())
    sheet.hide_gridlines(2)
    return sheet


def _nomor_kolom(columns: dict[str, tuple[int, float]]) -> dict[str, int]:
    return {key: column for key, (column, _) in columns.items()}


def _langkah(katalog: Katalog) -> list[str]:
    """The six steps; how to fill in follows the office's own tipe perhitungan (spec section 2)."""
    ways = "; ".join(f"{t.nama}: {CARA_ISI[t.cara_hitung]}" for t in katalog.referensi.tipe)
    return [text.format(cara_isi=f"{ways}.") for text in _LANGKAH]


def _tulis_langkah(sheet: Worksheet, gaya: Gaya, katalog: Katalog, row: int) -> int:
    tulis(sheet, row, 0, "Cara mengisi", gaya(bold=True, font_size=12, font_color=styles.GELAP))
    for number, text in enumerate(_langkah(katalog), start=1):
        tulis(sheet, row + number, 0, f"{number}.", gaya(align="right", valign="top"))
        sheet.merge_range(row + number, 1, row + number, 3, text, gaya(text_wrap=True, valign="top"))
        sheet.set_row(
            row + number,
            tinggi_baris([(text, sum(w for _, w in _KOLOM_PETUNJUK.values()) - 5)], paling_kecil=17),
        )
    return row + len(_LANGKAH) + 1


def _tulis_legenda(sheet: Worksheet, gaya: Gaya, row: int, *, ada_temuan: bool) -> int:
    tulis(sheet, row, 0, "Arti warna", gaya(bold=True, font_size=12, font_color=styles.GELAP))
    entries = (*_LEGENDA, *(_LEGENDA_TEMUAN if ada_temuan else ()))
    for number, (colour, text) in enumerate(entries, start=1):
        tulis(sheet, row + number, 0, "", gaya.kotak(bg_color=colour))
        tulis(sheet, row + number, 1, text, gaya())
    return row + len(entries) + 2


def _tulis_baris_lembar(sheet: Worksheet, gaya: Gaya, item: Lembar, row: int, number: int) -> None:
    form, columns = item.form, _nomor_kolom(_KOLOM_PETUNJUK)
    tulis(sheet, row, columns["nomor"], str(number), gaya.kotak(align="right"))
    link = gaya.kotak(font_color=styles.TAUTAN, underline=1)
    _tautan(sheet, row, columns["lembar"], item.nama, "A1", link)
    who = f"{form.jabatan.nama} ({form.pegawai.nama})" if form.pegawai else form.jabatan.nama
    tulis(sheet, row, columns["jabatan"], who, gaya.kotak())
    sheet.set_row(row, tinggi_baris([(who, _KOLOM_PETUNJUK["jabatan"][1])], paling_kecil=17))
    total = len(form.indikator)
    if not total:
        tulis(sheet, row, columns["terisi"], "tanpa indikator", gaya.kotak())
        return
    first, last = (form.layout.address(i.id, "terisi") for i in (form.indikator[0], form.indikator[-1]))
    filled = sum(1 for i in form.indikator if item.nilai.get((i.id, "terisi")))
    formula = f'=SUM({_kutip(item.nama)}!{first}:{last})&" dari {total}"'
    tulis_rumus(sheet, row, columns["terisi"], formula, gaya.kotak(align="center"), f"{filled} dari {total}")


def _kutip(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _tautan(sheet: Worksheet, row: int, column: int, name: str, cell: str, style: Format) -> None:
    sheet.write_url(
        row, column, f"internal:{_kutip(name)}!{cell}", style, string=cell if cell != "A1" else name
    )


def tulis_temuan(sheet: Worksheet, gaya: Gaya, lembar: Sequence[Lembar], sandi: str) -> None:
    """Write the list of what to mend, each with a link to its cell."""
    kolom = _nomor_kolom(_KOLOM_TEMUAN)
    tulis(sheet, 0, 0, "Yang perlu diperbaiki", gaya(bold=True, font_size=16, font_color=styles.GELAP))
    tulis(
        sheet,
        1,
        0,
        "Perbaiki sel yang disebut di bawah ini di berkas ini juga, simpan, lalu kirim kembali.",
        gaya(),
    )
    kepala = gaya.kotak(bold=True, bg_color=styles.GELAP, font_color="#FFFFFF", valign="vcenter")
    titles = ("No", "Lembar", "Sel (klik)", "Isi semula", "Yang ditemukan", "Yang perlu dilakukan")
    for column, title in zip(kolom.values(), titles, strict=True):
        tulis(sheet, 3, column, title, kepala)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    places: list[tuple[Lembar, str, Temuan]] = []
    for item in lembar:
        places += [(item, "", t) for t in item.umum]
        places += [
            (item, item.form.layout.address(*sel), t) for sel, group in item.temuan.items() for t in group
        ]
    places.sort(key=lambda entry: entry[2].tingkat != "galat")
    for number, place in enumerate(places, start=1):
        _tulis_baris_temuan(sheet, gaya, place, number)
    _selesaikan(sheet, sandi)


def _tulis_baris_temuan(sheet: Worksheet, gaya: Gaya, place: tuple[Lembar, str, Temuan], number: int) -> None:
    (item, cell, t), kolom, row = place, _nomor_kolom(_KOLOM_TEMUAN), 3 + number
    colour = styles.SALAH if t.tingkat == "galat" else styles.PERLU_DILIHAT
    texts = {"lembar": item.nama, "nilai": muat_sel(t.nilai), "pesan": t.pesan, "perbaikan": t.perbaikan}
    tulis(sheet, row, kolom["nomor"], str(number), gaya.kotak(bg_color=colour))
    tulis(sheet, row, kolom["sel"], "", gaya.kotak())
    if cell:
        link = gaya.kotak(font_color=styles.TAUTAN, underline=1)
        _tautan(sheet, row, kolom["sel"], item.nama, cell, link)
    for key, text in texts.items():
        tulis(sheet, row, kolom[key], text, gaya.kotak())
    sheet.set_row(row, tinggi_baris([(text, _KOLOM_TEMUAN[key][1]) for key, text in texts.items()]))


def _selesaikan(sheet: Worksheet, sandi: str) -> None:
    sheet.set_paper(14)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&R&8Halaman &P dari &N")
    sheet.protect(sandi, {"format_columns": True, "format_rows": True})
