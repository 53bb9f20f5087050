"""The recap workbook, written with xlsxwriter from composed rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl import xlsx
from iki_xl.catalog import BULAN
from iki_xl.catalog.about import Subjects
from iki_xl.errors import FormError
from iki_xl.recap import layout, sumber, susun, tanda, unit
from iki_xl.recap.gaya import (
    KEPALA,
    STATUS_WARNA,
    TINGKAT_WARNA,
    TINTA_REDUP,
    UKURAN_TABEL,
    Gaya,
    panjang_angka,
    warnai_kata,
)
from iki_xl.recap.layout import RUPA_ANGKA, Lembar, Rupa
from iki_xl.recap.ringkasan import tulis_ringkasan
from iki_xl.recap.susun import BarisLembar, IsiRekap, Rumus, Tautan
from iki_xl.tables import BULAN_KE, muat_sel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.gaya import Sifat
    from iki_xl.recap.susun import Isi

_TINGGI_KEPALA = 42.0
_TEPI_ATAS, _TEPI_BAWAH = 0.5, 0.6
# Characters that fit in an inch at 100 percent, at 7 pixels each; programs differ by a few percent.
_HURUF_PER_INCI = 96 / 7 * 0.94
_HURUF_KAKI_PALING_BANYAK = 90
_TINGKAT_PALING_DALAM = 7  # of Excel's outline
_INDEN_PALING_DALAM = 7  # deeper ones would leave no room for the text
_HURUF_PER_INDEN = 1.3
_TERPOTONG = "… (lengkapnya di temuan.csv)"
_ARTI = "Galat: nilainya tidak dihitung sampai diperbaiki. Peringatan: dihitung, mohon diperiksa."
_TINGGI_TREN = 22.0  # a lower row leaves no room for a sparkline


@dataclass(frozen=True, slots=True)
class Tabel:
    """A sheet and its rows, ready to be written; `pengantar` stands below the title.

    `sisa` is said below the last row of rows for which Excel has none left, "" when it has.
    """

    lembar: Lembar
    baris: Sequence[BarisLembar]
    pengantar: str
    sisa: str = ""


def rekap_xlsx(isi: IsiRekap) -> bytes:
    """Return the recap as the bytes of an .xlsx; the same input gives the same bytes.

    Raises:
        FormError: the catalogue alone gives more rows than Excel has.
    """
    tables = _tabel(isi)
    return xlsx.buat(lambda workbook: _isi(workbook, isi, tables), properti=_properti(isi))


def _properti(isi: IsiRekap) -> dict[str, str]:
    kantor = isi.katalog.kantor
    return {
        "title": f"Rekap IKI {kantor.nama} {BULAN[isi.bulan - 1]} {kantor.tahun}",
        "subject": "Indikator Kinerja Individu (IKI)",
        "author": kantor.nama,
        "company": kantor.pemda,
        "category": "Rekap kinerja",
        "keywords": f"IKI, {kantor.tahun}, {BULAN[isi.bulan - 1]}",
    }


def _tabel(isi: IsiRekap) -> list[Tabel]:
    kantor = isi.katalog.kantor
    until = _sampai(isi)
    bagian = unit.bagi(isi)
    rekap = layout.lembar_rekap(kantor.rincian_target, isi.bulan)
    blank = "Sel kosong berarti belum dilaporkan, bukan 0; “tidak sah” tidak ikut dihitung."
    months = [
        _muat(
            Tabel(
                layout.lembar_bulan(b, kantor.rincian_target),
                unit.nomori(isi, bagian, susun.baris_bulan(isi, b)),
                f"{kantor.nama}, tahun {kantor.tahun}. {tanda.ARTI}"
                if b <= isi.bulan
                else f"Setelah bulan laporan ({BULAN[isi.bulan - 1]} {kantor.tahun}): isian disimpan, "
                "belum dihitung.",
            )
        )
        for b in BULAN_KE
    ]
    rows = unit.nomori(isi, bagian, susun.baris_rekap(isi, rekap))
    detail = _muat(Tabel(rekap, rows, f"{until} {blank}"))
    found = sumber.baris_temuan(isi.temuan, isi.subjects or Subjects.of_returns(isi.katalog, isi.laporan))
    rujukan = unit.Rujukan(isi, bagian, len(detail.baris), len(months[0].baris))
    above = _tabel_unit(rujukan, detail.baris)
    if detail.sisa or any(month.sisa for month in months):
        above = [_tanpa_rumus(table) for table in above]
    behind = (
        Tabel(layout.BELUM_LAPOR, susun.baris_belum_lapor(isi), until),
        Tabel(layout.TEMUAN, found, _ARTI),
    )
    return [*map(_muat, above), detail, *months, *map(_muat, (*behind, *_tabel_asal(isi)))]


def _tabel_asal(isi: IsiRekap) -> list[Tabel]:
    """*Perubahan* and *Sumber*."""
    changes = sumber.baris_perubahan(isi.perubahan, isi.katalog, susun.Tanda.DIKOSONGKAN)
    files = sumber.baris_sumber(isi.sumber, isi.katalog, isi.zona)
    return [
        Tabel(layout.PERUBAHAN, changes, sumber.CATATAN_PERUBAHAN),
        Tabel(layout.lembar_sumber(isi.zona.nama), files, sumber.CATATAN_SUMBER),
    ]


def _sampai(isi: IsiRekap) -> str:
    kantor = isi.katalog.kantor
    return f"{kantor.nama}, sampai dengan {BULAN[isi.bulan - 1]} {kantor.tahun}."


def _tabel_unit(rujukan: unit.Rujukan, detail: Sequence[BarisLembar]) -> list[Tabel]:
    """*Rekap Unit* and *Rekap Jabatan*; `detail` are the rows of *Rekap Indikator*."""
    bulan, until = rujukan.isi.bulan, _sampai(rujukan.isi)
    means = "Rata-rata sederhana capaian yang ada (n); yang tanpa nilai tidak dianggap 0."
    units, people = (
        unit.catatan_bulan(rujukan, n) for n in (len(rujukan.bagian.unit), len(rujukan.bagian.penyetor))
    )
    return [
        Tabel(layout.lembar_unit(bulan), unit.baris_unit(rujukan), f"{until} {means} {units}"),
        Tabel(
            layout.lembar_jabatan(bulan),
            unit.baris_jabatan(rujukan, detail),
            f"{until} Urut menurut garis atasan. {means} {people}",
        ),
    ]


def _muat(table: Tabel) -> Tabel:
    """The table with as many rows as Excel has, and what is to be said of the others.

    Raises:
        FormError: the sheet has to hold all rows, and cannot.
    """
    lembar, rows = table.lembar, len(table.baris)
    needed = lembar.baris_data(rows)
    if needed <= layout.BARIS_EXCEL:
        return table
    if not lembar.sisa:
        text = (
            f"Lembar {lembar.nama} memerlukan {needed:,} baris, Excel hanya memuat {layout.BARIS_EXCEL:,}. "
            "Bagi laporan ke beberapa kantor atau kumpulkan per unit."
        )
        raise FormError(text.replace(",", "."))
    # the last row is for what is said
    kept = max(layout.BARIS_EXCEL - lembar.baris_data(0) - 1, 0)
    more = f"{rows - kept:,}".replace(",", ".")
    return replace(table, baris=table.baris[:kept], sisa=f"… {more} baris lain {lembar.sisa}.")


def _tanpa_rumus(table: Tabel) -> Tabel:
    """The figures of all rows as they were computed: formulas would see only the rows that Excel holds."""
    rows: list[BarisLembar] = [
        {key: cell.nilai if isinstance(cell, Rumus) else cell for key, cell in row.items()}
        for row in table.baris
    ]
    return replace(table, baris=rows)


def _isi(workbook: Workbook, isi: IsiRekap, tables: Sequence[Tabel]) -> None:
    gaya = Gaya(workbook, isi.bulan)
    first = workbook.add_worksheet(layout.RINGKASAN)
    _cetak_ringkasan(first, isi)
    tulis_ringkasan(first, gaya, isi, hidup=not any(table.sisa for table in tables))
    for table in tables:
        sheet = workbook.add_worksheet(table.lembar.nama)
        lembar = _sesuaikan(table)
        _tulis_tabel(sheet, gaya, lembar, table)
        _tulis_tren(sheet, lembar, len(table.baris), isi.katalog.referensi.batas_capaian)
        _warnai(sheet, gaya, isi, lembar, len(table.baris))
        if lembar.nama in BULAN[: isi.bulan]:
            tanda.warnai_tanda(sheet, gaya, lembar, len(table.baris))
        _cetak(sheet, lembar, isi)
        if lembar.nama == layout.BELUM_LAPOR.nama:
            _tulis_tanpa_indikator(sheet, gaya, lembar, isi, len(table.baris))


def _sesuaikan(table: Tabel) -> Lembar:
    """The sheet with its number columns wide enough for the longest number in them."""
    wider: dict[str, float] = {}
    for column in table.lembar.kolom:
        if column.rupa in RUPA_ANGKA and column.rupa is not Rupa.TERISI:
            lengths = (panjang_angka(column.rupa, row.get(column.key)) for row in table.baris)
            wider[column.key] = max(lengths, default=0) + 1
    return table.lembar.melebar(wider)


def _tulis_tabel(sheet: Worksheet, gaya: Gaya, lembar: Lembar, table: Tabel) -> None:
    for at, column in enumerate(lembar.kolom):
        sheet.set_column(at, at, column.lebar)
    title = gaya.format({"bold": True, "font_size": 14, "font_color": KEPALA})
    xlsx.tulis(sheet, lembar.baris_judul, 0, lembar.judul, title)
    _tulis_pengantar(sheet, gaya, lembar, table.pengantar)
    _tulis_kepala(sheet, gaya, lembar, lembar.baris_kepala)
    if not table.baris:
        note = gaya.format({"font_color": TINTA_REDUP, "italic": True})
        xlsx.tulis(sheet, lembar.baris_data(0), lembar.ke(lembar.kosong_di), lembar.kosong, note)
    rows = len(table.baris) - lembar.baris_akhir
    for n, row in enumerate(table.baris):
        _tulis_baris(sheet, gaya, lembar, lembar.baris_data(n), row, jumlah=n >= rows)
    if table.sisa:
        note = gaya.format({"bold": True, "font_color": KEPALA})
        xlsx.tulis(sheet, lembar.baris_data(len(table.baris)), 0, table.sisa, note)
    sheet.freeze_panes(lembar.baris_data(0), lembar.tetap)
    last = max(lembar.baris_data(rows - 1), lembar.baris_kepala)
    sheet.autofilter(lembar.baris_kepala, 0, last, len(lembar.kolom) - 1)
    sheet.outline_settings(symbols_below=False)  # a row stands above those that belong to it
    sheet.hide_gridlines(2)


def _tulis_pengantar(sheet: Worksheet, gaya: Gaya, lembar: Lembar, text: str) -> None:
    """The line below the title, within the repeated columns: beyond them it is cut off on paper."""
    note = gaya.format({"font_color": TINTA_REDUP, "text_wrap": lembar.tetap > 1})
    if lembar.tetap > 1:
        sheet.merge_range(lembar.baris_keterangan, 0, lembar.baris_keterangan, lembar.tetap - 1, "", note)
        width = sum(column.lebar for column in lembar.kolom[: lembar.tetap])
        sheet.set_row(lembar.baris_keterangan, _tinggi(text, width))
    xlsx.tulis(sheet, lembar.baris_keterangan, 0, text, note)


def _tulis_kepala(sheet: Worksheet, gaya: Gaya, lembar: Lembar, row: int) -> None:
    sheet.set_row(row, _TINGGI_KEPALA)
    for at, column in enumerate(lembar.kolom):
        xlsx.tulis(sheet, row, at, column.judul, gaya.kepala())


def _tulis_baris(
    sheet: Worksheet, gaya: Gaya, lembar: Lembar, row: int, values: BarisLembar, *, jumlah: bool = False
) -> None:
    height = _TINGGI_TREN if any(column.deret for column in lembar.kolom) else 0.0
    depth = unit.kedalaman(values)
    for at, column in enumerate(lembar.kolom):
        value = values.get(column.key)
        steps = min(depth, _INDEN_PALING_DALAM) if column.inden else 0
        look = gaya.sel(column.rupa, value, redup=column.redup, jumlah=jumlah, inden=steps)
        _tulis_sel(sheet, row, at, value, look)
        if column.rupa not in RUPA_ANGKA:
            text = value.nilai if isinstance(value, Rumus) else value
            width = column.lebar - steps * _HURUF_PER_INDEN
            height = max(
                height, _tinggi("" if text is None or isinstance(text, Tautan) else str(text), width)
            )
    sheet.set_row(row, height, None, {"level": min(depth, _TINGKAT_PALING_DALAM)})


def _tulis_tren(sheet: Worksheet, lembar: Lembar, jumlah: int, penuh: float) -> None:
    """Sparklines of all rows in one group: many groups make a workbook slow.

    Columns on one scale from 0 to `penuh` percent: rows compare, and a single month shows as well.
    """
    for column in lembar.kolom:
        if column.deret and jumlah:
            first, last = column.deret
            sheet.add_sparkline(
                lembar.baris_data(0),
                lembar.ke(column.key),
                {
                    "location": [lembar.sel(n, column.key) for n in range(jumlah)],
                    "range": [lembar.rentang(n, first, last) for n in range(jumlah)],
                    "type": "column",
                    "min": 0,
                    "max": penuh,
                    "series_color": KEPALA,
                },
            )


def _tulis_sel(sheet: Worksheet, row: int, col: int, value: Isi, cell_format: Format) -> None:
    if isinstance(value, Rumus):
        xlsx.tulis_rumus(sheet, row, col, value.teks, cell_format, value.nilai)
    elif isinstance(value, Tautan):
        xlsx.tulis_tautan(sheet, row, col, value.teks, cell_format, value.tujuan)
    else:
        xlsx.tulis(sheet, row, col, _muat_sel(value) if isinstance(value, str) else value, cell_format)


def _muat_sel(text: str) -> str:
    """As much of a text as a cell holds; where it is cut off it says so."""
    if muat_sel(text) == text:
        return text
    return muat_sel(text)[: -len(_TERPOTONG)] + _TERPOTONG


@lru_cache(maxsize=65_536)
def _tinggi(text: str, width: float) -> float:
    return xlsx.tinggi_baris([(text, width)], ukuran=UKURAN_TABEL)


def _warnai(sheet: Worksheet, gaya: Gaya, isi: IsiRekap, lembar: Lembar, jumlah: int) -> None:
    """Colours that follow the cell's own word, also after recalculation or sorting."""
    first, last = lembar.baris_data(0), lembar.baris_data(max(jumlah, 1) - 1)
    for at, column in enumerate(lembar.kolom):
        if column.rupa is Rupa.SKALA:
            words = [*gaya.skala(isi.katalog.referensi.skala), *_tampilan(gaya, STATUS_WARNA)]
        elif lembar.nama == layout.TEMUAN.nama and column.key == "tingkat":
            words = _tampilan(gaya, TINGKAT_WARNA)
        else:
            continue
        for word, colours in words:
            warnai_kata(sheet, (first, at, last, at), word, colours)


def _tampilan(gaya: Gaya, looks: Mapping[str, Sifat]) -> list[tuple[str, Format]]:
    return [(word, gaya.tanda(sifat)) for word, sifat in looks.items()]


def _tulis_tanpa_indikator(sheet: Worksheet, gaya: Gaya, lembar: Lembar, isi: IsiRekap, jumlah: int) -> None:
    rows = susun.baris_tanpa_indikator(isi.katalog)
    if not rows:
        return
    start = lembar.baris_data(max(jumlah, 1)) + 1
    title = gaya.format({"bold": True, "font_size": 12, "font_color": KEPALA})
    xlsx.tulis(sheet, start, 0, layout.TANPA_INDIKATOR, title)
    _tulis_kepala(sheet, gaya, lembar, start + 1)
    for n, row in enumerate(rows, start=start + 2):
        _tulis_baris(sheet, gaya, lembar, n, row)


def _cetak_ringkasan(sheet: Worksheet, isi: IsiRekap) -> None:
    _kertas(sheet, isi)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)


def _cetak(sheet: Worksheet, lembar: Lembar, isi: IsiRekap) -> None:
    _kertas(sheet, isi)
    sheet.set_landscape()
    sheet.repeat_rows(lembar.baris_kepala)
    fits = (layout.PANJANG_F4 - 2 * layout.TEPI) * _HURUF_PER_INCI
    breaks, widest = layout.potong_halaman(lembar, fits)
    if breaks:  # a table of 30 columns on one page could not be read
        sheet.repeat_columns(0, lembar.tetap - 1)
        sheet.set_v_pagebreaks(list(breaks))
        sheet.set_print_scale(int(min(100, 100 * fits / widest)))
        sheet.print_across()
    else:
        sheet.fit_to_pages(1, 0)


def _kertas(sheet: Worksheet, isi: IsiRekap) -> None:
    kantor = isi.katalog.kantor
    name = kantor.nama[:_HURUF_KAKI_PALING_BANYAK].replace("&", "&&")
    sheet.set_paper(layout.KERTAS_F4)
    sheet.set_margins(layout.TEPI, layout.TEPI, _TEPI_ATAS, _TEPI_BAWAH)
    sheet.set_footer(
        f"&L&8Rekap IKI {name}, {BULAN[isi.bulan - 1]} {kantor.tahun}&C&8&A&R&8Halaman &P dari &N"
    )
