"""One jabatan's sheet, written as its form declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from iki_xl.catalog import PERSENTASE, sama
from iki_xl.form.formulas import (
    CARA_ISI,
    DAFTAR_SATUAN,
    DAFTAR_TIPE,
    rumus_baris,
    rumus_bulan,
    rumus_nama_bulan,
)
from iki_xl.form.jabatan import (
    BARIS_BULAN,
    BARIS_GRUP,
    BARIS_JABATAN,
    BARIS_JUDUL,
    BARIS_KEPALA,
    BARIS_KUNCI,
    BARIS_NAMA,
    BARIS_NIP,
    BARIS_TANDA_TANGAN,
    LABEL_KEPALA,
    SEL_LABEL_BULAN,
    TITIK_TITIK,
    JabatanForm,
    Nilai,
)
from iki_xl.form.layout import KOLOM_ID, KOLOM_ISIAN_KEPALA, KOLOM_LABEL_KEPALA, Kelompok, Kind
from iki_xl.form.notes import own_note
from iki_xl.tables import BELUM_DINILAI, KOLOM_REALISASI
from iki_xl.template import styles
from iki_xl.typed import BATAS_ANGKA
from iki_xl.xlsx import lembar_terkunci, tinggi_baris, tulis, tulis_rumus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.findings import Temuan
    from iki_xl.template.styles import Gaya

Sel = tuple[str, str]
# A row is kept low enough to be scrolled on a small screen while its column may still grow for that,
# and below Excel's highest row in any case.
_TINGGI_LAYAR, _LEBAR_LAYAR = 165.0, 45.0
_TINGGI_TERBESAR, _LEBAR_TERBESAR = 400.0, 120.0
_RUPIAH, _LEBAR_RUPIAH = "rupiah", 13.0
_UKURAN_TABEL = 10
_KOLOM_BAWAH = ("sasaran", "sumber_data")
_KOLOM_TTD_ATASAN = ("sasaran", "indikator")
_KOLOM_TTD_PEGAWAI = ("kendala", "bukti_dukung")
_PERLINDUNGAN = {"format_columns": True, "format_rows": True, "objects": False}


@dataclass(frozen=True)
class Lembar:
    """One sheet to write: its form, its name, values put in beforehand, and findings to mark.

    `temuan` are findings by cell, `umum` those of the sheet as a whole. `nilai` may also hold
    results for formula fields: they become the formulas' cached values.
    """

    form: JabatanForm
    nama: str
    nilai: Mapping[Sel, Nilai] = field(default_factory=dict)
    temuan: Mapping[Sel, tuple[Temuan, ...]] = field(default_factory=dict)
    umum: tuple[Temuan, ...] = ()

    @cached_property
    def lebar(self) -> dict[str, float]:
        """Column widths: the form's, widened where a text would not fit Excel's highest row."""
        return {f.key: self._lebar_kolom(f.key, f.width) for f in self.form.layout.fields}

    def _lebar_kolom(self, key: str, width: float) -> float:
        if key in KOLOM_REALISASI:
            return max(width, self._lebar_angka)
        texts = [str(v) for (_, k), v in self.form.nilai_tetap.items() if k == key and isinstance(v, str)]
        longest = max(texts, key=len, default="")
        # a sasaran mostly spreads over the rows of several indikator
        while key != "sasaran" and width < _LEBAR_LAYAR and _tinggi(longest, width) > _TINGGI_LAYAR:
            width *= 1.15
        while width < _LEBAR_TERBESAR and _tinggi(longest, width) > _TINGGI_TERBESAR:
            width *= 1.25
        return width

    @cached_property
    def _lebar_angka(self) -> float:
        """Room for the longest number entered, and for Rupiah wherever that is the satuan."""
        keys = {k for _, k in self.nilai} & set(KOLOM_REALISASI)
        entered = [
            len(str(v)) + 2.0 for (_, k), v in self.nilai.items() if k in keys and not isinstance(v, str)
        ]
        rupiah = any(sama(i.satuan) == _RUPIAH for i in self.form.indikator)
        return max([*entered, _LEBAR_RUPIAH if rupiah else 0.0])

    def nilai_sel(self, sel: Sel) -> Nilai:
        """Value of a cell: the catalogue's, else what was put in beforehand."""
        return self.form.nilai_tetap.get(sel, self.nilai.get(sel))


def _tinggi(text: str, width: float) -> float:
    return tinggi_baris([(text, width)], ukuran=_UKURAN_TABEL)


def tulis_lembar(workbook: Workbook, gaya: Gaya, lembar: Lembar, sandi: str) -> None:
    """Write one jabatan's sheet: head, table, formulas, validations, TUGAS and FUNGSI, print set-up."""
    widths = [(lembar.lebar[f.key], f.hidden) for f in lembar.form.layout.fields]
    sheet = lembar_terkunci(workbook, lembar.nama, widths, gaya())
    _siapkan(sheet, lembar)
    _tulis_identitas(sheet, gaya, lembar)
    _tulis_kepala(sheet, gaya, lembar)
    _tulis_judul_tabel(sheet, gaya, lembar)
    if lembar.form.indikator:
        _tulis_tabel(sheet, gaya, lembar)
        _tulis_bulan(sheet, gaya, lembar)
        _warnai_skala(sheet, gaya, lembar)
        _pisahkan_ribuan(sheet, gaya, lembar)
    _tulis_validasi(sheet, lembar)
    _tulis_bawah(sheet, gaya, lembar)
    _tulis_tanda_tangan(sheet, gaya, lembar)
    _tulis_catatan_temuan(sheet, lembar)
    _siapkan_cetak(sheet, lembar)
    sheet.protect(sandi, _PERLINDUNGAN)


def _siapkan(sheet: Worksheet, lembar: Lembar) -> None:
    layout = lembar.form.layout
    sheet.freeze_panes(layout.row(BARIS_KEPALA) + 1, layout.column("indikator") + 1)
    sheet.hide_gridlines(2)


def _tulis_identitas(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    """The hidden key row and id column by which the sheet is known again, wherever it goes."""
    layout = lembar.form.layout
    row = layout.row(BARIS_KUNCI)
    for item in layout.fields:
        text = lembar.form.identitas.tertulis() if item.key == KOLOM_ID else item.key
        tulis(sheet, row, layout.column(item.key), text, gaya())
    sheet.set_row(row, None, None, {"hidden": True})
    for row_id in (BARIS_NAMA, BARIS_NIP, *(i.id for i in lembar.form.indikator), *BARIS_TANDA_TANGAN):
        tulis(sheet, *layout.cell(row_id, KOLOM_ID), row_id, gaya())


def _tulis_kepala(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    form, layout = lembar.form, lembar.form.layout
    judul = gaya(bold=True, font_size=14, font_color=styles.GELAP, valign="vcenter")
    for (row_id, key), text in form.keterangan.items():
        # the label of the month stands to the left of its cell
        align = "right" if (row_id, key) == SEL_LABEL_BULAN else "left"
        plain = gaya(font_color=styles.TEKS_REDUP, valign="vcenter", align=align)
        tulis(sheet, *layout.cell(row_id, key), text, judul if row_id == BARIS_JUDUL else plain)
    sheet.set_row(layout.row(BARIS_JUDUL), 21)
    label = gaya(bold=True, valign="vcenter")
    for row_id, text in LABEL_KEPALA.items():
        tulis(sheet, *layout.cell(row_id, KOLOM_LABEL_KEPALA), text, label)
        _tulis_isian_kepala(sheet, gaya, lembar, row_id)


def _tulis_isian_kepala(sheet: Worksheet, gaya: Gaya, lembar: Lembar, row_id: str) -> None:
    sel = (row_id, KOLOM_ISIAN_KEPALA)
    value = lembar.nilai_sel(sel)
    terbuka = row_id != BARIS_JABATAN and sel not in lembar.form.nilai_tetap
    style = gaya.kotak(
        locked=not terbuka,
        bold=True,
        font_size=_UKURAN_TABEL,
        valign="vcenter",
        bg_color=_warna_sel(lembar, sel, styles.ISIAN if terbuka else styles.TERKUNCI),
        num_format="@",
    )
    tulis(sheet, *lembar.form.layout.cell(*sel), value, style)
    width = lembar.lebar[KOLOM_ISIAN_KEPALA]
    sheet.set_row(
        lembar.form.layout.row(row_id),
        tinggi_baris([(str(value or ""), width * 0.94)], paling_kecil=18, ukuran=_UKURAN_TABEL),
    )


def _warna_sel(lembar: Lembar, sel: Sel, usual: str) -> str:
    found = lembar.temuan.get(sel)
    if not found:
        return usual
    return styles.SALAH if any(t.tingkat == "galat" for t in found) else styles.PERLU_DILIHAT


def _tulis_judul_tabel(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    layout = lembar.form.layout
    grup = gaya.kotak(
        bold=True,
        font_size=9,
        bg_color=styles.SEDANG,
        align="center",
        valign="vcenter",
        font_color=styles.GELAP,
    )
    kepala = gaya.kotak(
        bold=True,
        font_size=_UKURAN_TABEL,
        bg_color=styles.GELAP,
        font_color="#FFFFFF",
        align="center",
        valign="vcenter",
    )
    for kelompok in Kelompok:
        keys = layout.keys(kelompok)
        if kelompok is not Kelompok.TANPA:
            _gabung(
                sheet,
                layout.cell(BARIS_GRUP, keys[0]),
                layout.cell(BARIS_GRUP, keys[-1]),
                kelompok.value,
                grup,
            )
    titles = [f for f in layout.fields if not f.hidden]
    for item in titles:
        tulis(sheet, *layout.cell(BARIS_KEPALA, item.key), item.title, kepala)
    texts = [(item.title, lembar.lebar[item.key] * 0.94) for item in titles]
    sheet.set_row(layout.row(BARIS_KEPALA), tinggi_baris(texts, paling_kecil=32, ukuran=_UKURAN_TABEL))


def _gabung(
    sheet: Worksheet, first: tuple[int, int], last: tuple[int, int], text: str, style: Format
) -> None:
    """Merge a rectangle that holds one text; a single cell is only written."""
    if first != last:
        sheet.merge_range(*first, *last, "", style)
    tulis(sheet, *first, text, style)


def _tulis_tabel(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    form, layout = lembar.form, lembar.form.layout
    blocks = [list(items) for _, items in groupby(form.indikator, key=lambda i: i.sasaran)]
    plain = [f for f in layout.fields if f.key not in {KOLOM_ID, "sasaran"}]
    for block in blocks:
        rows = [item.id for item in block]
        style = _gaya_sel(gaya, lembar, (rows[0], "sasaran"))
        _gabung(
            sheet, layout.cell(rows[0], "sasaran"), layout.cell(rows[-1], "sasaran"), block[0].sasaran, style
        )
        needed = _tinggi(block[0].sasaran, lembar.lebar["sasaran"]) / len(rows)
        for row_id in rows:
            formulas = rumus_baris(form, row_id)
            for item in plain:
                sel = (row_id, item.key)
                if item.key in formulas:
                    value = _hasil_tersimpan(lembar, sel)
                    tulis_rumus(
                        sheet, *layout.cell(*sel), formulas[item.key], _gaya_sel(gaya, lembar, sel), value
                    )
                else:
                    tulis(sheet, *layout.cell(*sel), lembar.nilai_sel(sel), _gaya_sel(gaya, lembar, sel))
            sheet.set_row(layout.row(row_id), max(needed, _tinggi_baris_tabel(lembar, row_id)))


def _tinggi_baris_tabel(lembar: Lembar, row_id: str) -> float:
    texts = [
        (str(lembar.nilai_sel((row_id, f.key)) or ""), lembar.lebar[f.key])
        for f in lembar.form.layout.fields
        if f.kind in {Kind.TEKS, Kind.SATUAN, Kind.TIPE} and f.key != "sasaran"
    ]
    longest_hint = max(CARA_ISI.values(), key=len)
    return tinggi_baris(
        [*texts, (longest_hint, lembar.lebar["cara_isi"])], paling_kecil=30, ukuran=_UKURAN_TABEL
    )


def _hasil_tersimpan(lembar: Lembar, sel: Sel) -> Nilai:
    """What the formula would show: given with the values, or known because nothing is filled in."""
    row_id, key = sel
    if sel in lembar.nilai:
        return lembar.nilai[sel]
    if key == "terisi":
        return 0
    tipe = lembar.form.katalog.referensi.cari_tipe(str(lembar.nilai_sel((row_id, "tipe_perhitungan")) or ""))
    if key in {"cara_isi", "cara_hitung"} and tipe:
        return CARA_ISI[tipe.cara_hitung] if key == "cara_isi" else tipe.cara_hitung.value
    target = lembar.nilai_sel((row_id, "target"))
    if key == "target_sd" and tipe and not lembar.form.katalog.kantor.rincian_target.jumlah_periode:
        return target
    return None


def _gaya_sel(gaya: Gaya, lembar: Lembar, sel: Sel) -> Format:
    kind = lembar.form.kind(*sel)
    terbuka = sel in lembar.form.terbuka
    usual = styles.ISIAN if terbuka else styles.OTOMATIS if kind is Kind.RUMUS else styles.TERKUNCI
    colour = _warna_sel(lembar, sel, usual)
    return gaya.sekali((sel[1], terbuka, colour), lambda: _gaya_kolom(gaya, sel[1], kind, colour, terbuka))


def _gaya_kolom(gaya: Gaya, key: str, kind: Kind, colour: str, terbuka: bool) -> Format:
    """How a cell of the table looks, by its column, its colour, and whether it may be filled in."""
    properties: dict[str, styles.Props] = {
        "bg_color": colour,
        "font_size": _UKURAN_TABEL,
        "num_format": kind.format_angka if terbuka else "General",
    }
    if key in {"no", "satuan", "tipe_perhitungan", "arah", "skala"}:
        properties["align"] = "center"
    if key == "cara_isi":
        properties.update(italic=True, font_size=9, font_color=styles.TEKS_REDUP)
    if kind is Kind.ANGKA or key in {"realisasi_sd", "capaian"}:
        properties.update(text_wrap=False, shrink=True, align="right")
    if key in {"realisasi_sd", "capaian"}:
        properties.update(bold=True, num_format="0.00" if key == "capaian" else "General")
    return gaya.kotak(locked=not terbuka, **properties)


def _tulis_bulan(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    """The month that the sheet's figures reach to: the number hidden, the name for people."""
    form, layout = lembar.form, lembar.form.layout
    sel = (BARIS_BULAN, "terisi")
    month = lembar.nilai.get(sel, 0)
    tulis_rumus(sheet, *layout.cell(*sel), rumus_bulan(form), gaya(), month)
    name = lembar.nilai.get((BARIS_BULAN, "skala"), "(belum ada isian)")
    style = gaya(bold=True, font_color=styles.GELAP, valign="vcenter")
    tulis_rumus(sheet, *layout.cell(BARIS_BULAN, "skala"), rumus_nama_bulan(layout), style, name)


def _warnai_skala(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    form, layout = lembar.form, lembar.form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = (*layout.cell(first, "capaian"), *layout.cell(last, "skala"))
    skala = layout.address(first, "skala", fixed="column")
    steps = form.katalog.referensi.skala
    colours = zip(steps, styles.warna_skala(len(steps)), strict=True)
    rules = [(step.sebutan, fill, ink) for step, (fill, ink) in colours]
    for word, fill, ink in [*rules, (BELUM_DINILAI, styles.SEDANG, styles.TEKS_REDUP)]:
        quoted = word.replace('"', '""')
        style = gaya.rule(bg_color=fill, font_color=ink)
        sheet.conditional_format(
            *area, {"type": "formula", "criteria": f'={skala}="{quoted}"', "format": style}
        )


def _pisahkan_ribuan(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    """Whole numbers from a thousand up get their separators; a format such as #,##0.## would leave "6,"."""
    form, layout = lembar.form, lembar.form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = (*layout.cell(first, "target"), *layout.cell(last, "realisasi_sd"))
    cell = layout.address(first, "target")
    rule = f"=AND(ISNUMBER({cell}),ABS(N({cell}))>=1000,N({cell})=INT(N({cell})))"
    style = gaya.rule(num_format="#,##0")
    sheet.conditional_format(*area, {"type": "formula", "criteria": rule, "format": style})


def _tulis_validasi(sheet: Worksheet, lembar: Lembar) -> None:
    form, layout = lembar.form, lembar.form.layout
    nip = layout.cell(BARIS_NIP, KOLOM_ISIAN_KEPALA)
    sheet.data_validation(*nip, *nip, _validasi_nip(lembar))
    if not form.indikator:
        return
    first, last = form.indikator[0].id, form.indikator[-1].id
    for key, name, words in (
        ("satuan", DAFTAR_SATUAN, "satuan"),
        ("tipe_perhitungan", DAFTAR_TIPE, "tipe perhitungan"),
    ):
        area = (*layout.cell(first, key), *layout.cell(last, key))
        sheet.data_validation(*area, _validasi_daftar(name, words))
    for item in form.indikator:
        for kelompok in (Kelompok.TARGET, Kelompok.REALISASI):
            keys = layout.keys(kelompok)
            area = (*layout.cell(item.id, keys[0]), *layout.cell(item.id, keys[-1]))
            sheet.data_validation(*area, _validasi_angka(lembar, item.id, kelompok))


def _validasi_daftar(name: str, words: str) -> dict[str, str | bool]:
    return {
        "validate": "list",
        "source": f"={name}",
        "input_title": f"Pilih {words}",
        "input_message": f"Klik tanda panah di kanan sel, lalu pilih {words} dari daftar.",
        "error_title": "Belum ada di daftar",
        "error_message": f"Mohon pilih {words} dari daftar. Bila belum ada, hubungi subbag perencanaan.",
        "error_type": "stop",
    }


def _validasi_angka(lembar: Lembar, row_id: str, kelompok: Kelompok) -> dict[str, str | float]:
    """Not negative; at most 100 where the row's satuan is Persentase (chosen by staff or given)."""
    layout, referensi = lembar.form.layout, lembar.form.katalog.referensi
    satuan = str(lembar.form.nilai_tetap.get((row_id, "satuan"), ""))
    percent_list = referensi.cari_satuan(PERSENTASE) or PERSENTASE
    persen = sama(satuan) == sama(percent_list)
    maximum: str | float = BATAS_ANGKA
    if not referensi.persentase_di_atas_100:
        cell = layout.address(row_id, "satuan", fixed="column")
        maximum = (
            100
            if persen
            else BATAS_ANGKA
            if satuan
            else f'=IF({cell}="{percent_list}",100,{BATAS_ANGKA:.0f})'
        )
    unit = f"Satuan: {satuan}. " if satuan else ""
    hint = "85 % ditulis 85." if persen else "Untuk Persentase, 85 % ditulis 85." if not satuan else ""
    what = "target" if kelompok is Kelompok.TARGET else "realisasi bulan ini"
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": maximum,
        "input_title": f"Isi {what}"[:32],
        "input_message": _paling_panjang(
            f"{unit}Ketik angkanya saja, tanpa satuan. {hint} Ketik 0 bila nihil; kosongkan bila belum ada."
        ),
        "error_title": "Angkanya belum sesuai",
        "error_message": "Mohon ketik angka 0 atau lebih, tanpa satuan; Persentase 0 sampai 100.",
        "error_type": "stop",
    }


def _paling_panjang(text: str, limit: int = 255) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _validasi_nip(lembar: Lembar) -> dict[str, str]:
    cell = lembar.form.layout.address(BARIS_NIP, KOLOM_ISIAN_KEPALA)
    return {
        "validate": "custom",
        "value": f'=AND(ISTEXT({cell}),LEN(SUBSTITUTE(SUBSTITUTE({cell}," ",""),".",""))=18)',
        "input_title": "Isi NIP",
        "input_message": "18 digit, misalnya 19850817 201001 1 001. Spasi dan titik boleh.",
        "error_title": "NIP belum sesuai",
        "error_message": "NIP terdiri atas 18 digit. Mohon periksa kembali.",
        "error_type": "stop",
    }


def _tulis_bawah(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    layout = lembar.form.layout
    first, last = (layout.column(key) for key in _KOLOM_BAWAH)
    width = sum(lembar.lebar[f.key] for f in layout.fields[first : last + 1])
    for row_id, text in lembar.form.bagian_bawah:
        if not text:
            continue
        heading = row_id.startswith("#judul")
        style = gaya(
            text_wrap=True, valign="top", bold=heading, font_color=styles.GELAP if heading else "#000000"
        )
        row = layout.row(row_id)
        _gabung(sheet, (row, first), (row, last), text, style)
        sheet.set_row(row, tinggi_baris([(text, width)]))


def _tulis_tanda_tangan(sheet: Worksheet, gaya: Gaya, lembar: Lembar) -> None:
    """Signature block: the superior on the left, the pegawai (as filled in above) on the right."""
    layout = lembar.form.layout
    _, _, jabatan, ruang, nama, _, nip = BARIS_TANDA_TANGAN
    heights = []
    for texts, keys in zip(lembar.form.tanda_tangan, (_KOLOM_TTD_ATASAN, _KOLOM_TTD_PEGAWAI), strict=True):
        between = layout.fields[layout.column(keys[0]) : layout.column(keys[1]) + 1]
        heights.append((texts[jabatan], sum(lembar.lebar[f.key] for f in between)))
        for row_id, text in texts.items():
            style = gaya(
                align="center",
                valign="top",
                text_wrap=True,
                bold=row_id == nama,
                underline=int(row_id == nama),
            )
            _gabung(sheet, layout.cell(row_id, keys[0]), layout.cell(row_id, keys[1]), text, style)
    sheet.set_row(layout.row(jabatan), tinggi_baris(heights))
    sheet.set_row(layout.row(ruang), 48)
    for row_id, source, before in ((nama, BARIS_NAMA, ""), (nip, BARIS_NIP, "NIP ")):
        cell = layout.address(source, KOLOM_ISIAN_KEPALA)
        value = lembar.nilai_sel((source, KOLOM_ISIAN_KEPALA))
        style = gaya(align="center", valign="top", bold=row_id == nama, underline=int(row_id == nama))
        first, last = (layout.cell(row_id, key) for key in _KOLOM_TTD_PEGAWAI)
        sheet.merge_range(*first, *last, "", style)
        formula = f'="{before}"&IF({cell}="","{TITIK_TITIK}",{cell})'
        tulis_rumus(sheet, *first, formula, style, f"{before}{value or TITIK_TITIK}")


def _tulis_catatan_temuan(sheet: Worksheet, lembar: Lembar) -> None:
    for sel, found in lembar.temuan.items():
        text = own_note((t.pesan, t.perbaikan) for t in found)
        options = {"author": "IKI", "x_scale": 2.2, "y_scale": 1 + 0.6 * len(found), "font_size": 10}
        sheet.write_comment(*lembar.form.layout.cell(*sel), text, options)


def _siapkan_cetak(sheet: Worksheet, lembar: Lembar) -> None:
    """F4/Folio landscape, one page wide, the table's header on every page, page x of y."""
    layout, jabatan = lembar.form.layout, lembar.form.jabatan
    sheet.set_paper(14)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.55)
    sheet.repeat_rows(layout.row(BARIS_GRUP), layout.row(BARIS_KEPALA))
    last = layout.row(BARIS_TANDA_TANGAN[-1])
    sheet.print_area(layout.row(BARIS_JUDUL), layout.column("no"), last, layout.column("bukti_dukung"))
    name = jabatan.nama.replace("&", "&&")[:100]
    sheet.set_footer(f"&L&8{name}&R&8Halaman &P dari &N")
