"""*Ringkasan*, the page the head of the office reads: a stack of blocks on a grid of equal columns.

Each block is a function that writes from the current row downwards; blocks after one another need
not know each other's place. Counts and averages are formulas over the sheets behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl import xlsx
from iki_xl.catalog import BULAN, CaraHitung, Referensi, RincianTarget
from iki_xl.findings import Tingkat
from iki_xl.measures import desimal, skala
from iki_xl.recap import layout, rumus
from iki_xl.recap.gaya import ALAS_PETAK, GARIS, KEPALA, TIDAK_SAH, TINTA_REDUP, Gaya, warnai_kata
from iki_xl.recap.layout import BLOK_SKALA, BLOK_UNIT, KISI, PETAK, Bidang, Lembar, Rupa, kisi_awal, kisi_sel
from iki_xl.recap.susun import BELUM_LAPOR, Ringkas, Rumus, ringkas
from iki_xl.tables import BELUM_DINILAI, TIDAK_DINILAI

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog import Katalog, TingkatSkala
    from iki_xl.recap.gaya import Sifat
    from iki_xl.recap.susun import Isi, IsiRekap

TANPA_ANGKA = "–"
KOSONG = "Belum ada laporan yang dihitung. Kumpulkan buku kerja dari pegawai, lalu buat rekap lagi."
CARA = {
    CaraHitung.JUMLAH: "jumlah isian",
    CaraHitung.TERAKHIR: "isian terakhir",
    CaraHitung.RATA_RATA: "rata-rata isian",
}
_PERIODE = (
    "Target per {0}, tidak dibagi rata per bulan: yang dijumlah memakai jumlah target sampai dengan {0} "
    "yang memuat bulan ini, lainnya memakai target {0} itu."
)
TARGET = {
    RincianTarget.TAHUNAN: "Capaian dihitung terhadap target tahunan; target tidak dibagi per bulan, "
    "sehingga capaian di awal tahun wajar masih rendah untuk tipe yang dijumlah.",
    RincianTarget.TRIWULAN: _PERIODE.format("triwulan"),
    RincianTarget.BULANAN: _PERIODE.format("bulan"),
}
_BATANG: Sifat = {"font_name": "Arial", "font_size": 8, "font_color": KEPALA, "indent": 1}
_TINGGI = 17.0


class Halaman:
    """The page being written: knows the next free row and how wide the grid is."""

    def __init__(self, sheet: Worksheet, gaya: Gaya) -> None:
        self.sheet = sheet
        self.gaya = gaya
        self.baris = 0
        sheet.set_column(0, KISI - 1, layout.LEBAR_KISI)
        sheet.hide_gridlines(2)

    def turun(self, tinggi: float = _TINGGI) -> int:
        """Take the next row, `tinggi` points high; return its zero-based number."""
        row = self.baris
        self.sheet.set_row(row, tinggi)
        self.baris += 1
        return row

    def tulis(self, row: int, kisi: tuple[int, int], isi: Isi, sifat: Sifat) -> None:
        """Write into grid columns `kisi` (first, last) of a row, merged into one cell."""
        cell_format = self.gaya.format(sifat)
        first, last = kisi
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", cell_format)
        if isinstance(isi, Rumus):
            xlsx.tulis_rumus(self.sheet, row, first, isi.teks, cell_format, isi.nilai)
        else:
            xlsx.tulis(self.sheet, row, first, isi, cell_format)

    def paragraf(self, text: str, sifat: Sifat, kisi: tuple[int, int] = (0, KISI - 1)) -> None:
        """Write a wrapped text of as many lines as it needs."""
        size = float(sifat.get("font_size", 10))
        width = (kisi[1] - kisi[0] + 1) * (layout.LEBAR_KISI + 0.7)
        height = xlsx.tinggi_baris([(text, width)], ukuran=size)
        row = self.turun(height)
        self.tulis(row, kisi, text, {"text_wrap": True, "valign": "vcenter", **sifat})

    def judul_blok(self, text: str) -> None:
        """Write a block's title, with a little air above it."""
        self.turun(8)
        sifat = {"bold": True, "font_size": 11, "font_color": KEPALA, "bottom": 2, "bottom_color": KEPALA}
        self.tulis(self.turun(18), (0, KISI - 1), text, sifat)
        self.turun(3)


@dataclass(frozen=True)
class Sumber:
    """Where the first page's formulas look, and what they must give."""

    isi: IsiRekap
    angka: Ringkas
    rekap: Lembar

    def kolom(self, key: str) -> str:
        """Range of a column of *Rekap Indikator*."""
        return self.rekap.rentang_kolom(key, self.angka.baris)

    def belum_lapor(self, key: str) -> str:
        """Range of a column of *Belum Lapor*."""
        return layout.BELUM_LAPOR.rentang_kolom(key, len(self.angka.belum_lapor))

    @property
    def tingkat(self) -> Sequence[TingkatSkala]:
        return self.isi.katalog.referensi.skala


def tulis_ringkasan(sheet: Worksheet, gaya: Gaya, isi: IsiRekap) -> None:
    """Write the first page."""
    rekap = layout.lembar_rekap(isi.katalog.kantor.rincian_target, isi.bulan)
    sumber = Sumber(isi, ringkas(isi), rekap)
    page = Halaman(sheet, gaya)
    _kop(page, isi)
    _petak(page, sumber)
    _skala(page, sumber)
    _unit(page, sumber)
    _belum_lapor(page, sumber)
    _catatan(page, isi)
    _tanda_tangan(page, isi)
    sheet.print_area(0, 0, page.baris - 1, KISI - 1)


def _kop(page: Halaman, isi: IsiRekap) -> None:
    kantor = isi.katalog.kantor
    page.paragraf(kantor.pemda.upper(), {"align": "center", "font_color": TINTA_REDUP})
    page.paragraf(kantor.nama.upper(), {"align": "center", "bold": True, "font_size": 14})
    title = "Rekap Capaian Indikator Kinerja Individu (IKI)"
    page.paragraf(title, {"align": "center", "bold": True, "font_size": 12, "font_color": KEPALA})
    until = f"Januari sampai dengan {BULAN[isi.bulan - 1]} {kantor.tahun}"
    if isi.bulan == 1:
        until = f"Januari {kantor.tahun}"
    decree = f" · Keputusan Nomor {kantor.nomor_keputusan}" if kantor.nomor_keputusan else ""
    page.paragraf(until + decree, {"align": "center", "font_color": TINTA_REDUP})
    page.turun(6)


def _petak(page: Halaman, sumber: Sumber) -> None:
    """Four tiles: what it is, the figure, out of how many."""
    if not sumber.angka.baris:
        page.paragraf(KOSONG, {**TIDAK_SAH, "font_size": 11})
        page.turun(6)
    contents = {
        "melapor": _petak_melapor(sumber),
        "terisi": _petak_terisi(sumber),
        "rata": _petak_rata(sumber),
        "galat": _petak_galat(sumber),
    }
    small: Sifat = {"font_size": 9, "font_color": TINTA_REDUP, "valign": "vcenter", "text_wrap": True}
    large: Sifat = {"font_size": 24, "bold": True, "font_color": KEPALA, "valign": "vcenter"}
    for at, (height, sifat) in enumerate(((18, small), (34, large), (32, small))):
        row = page.turun(height)
        for tile in PETAK:
            start = kisi_awal(PETAK, tile.key)
            content = (tile.judul, *contents[tile.key])[at]
            number = "0.00" if tile.rupa is Rupa.PERSEN else "#,##0"
            tint: Sifat = {"bg_color": ALAS_PETAK, "align": "center", "left": 5, "left_color": "#FFFFFF"}
            page.tulis(row, (start, start + tile.kisi - 1), content, {**sifat, **tint, "num_format": number})


def _petak_melapor(sumber: Sumber) -> tuple[Isi, Isi]:
    angka = sumber.angka
    empty = f"SUM({sumber.belum_lapor('jabatan_kosong')})"
    below = f"dari {angka.jabatan} jabatan"
    if sumber.isi.katalog.pegawai:
        below += f"\n({angka.pelapor - len(angka.belum_lapor)} dari {angka.pelapor} pelapor)"
    return Rumus(f"={angka.jabatan}-{empty}", angka.jabatan - angka.jabatan_kosong), below


def _petak_terisi(sumber: Sumber) -> tuple[Isi, Isi]:
    angka = sumber.angka
    expected = angka.baris + angka.indikator_belum_lapor
    return (
        Rumus(f"=SUMPRODUCT(--({sumber.kolom('bulan_terisi')}>0))", angka.terisi),
        Rumus(f'="dari "&({_ditunggu(sumber)})&" indikator"', f"dari {expected} indikator"),
    )


def _ditunggu(sumber: Sumber) -> str:
    """Expression: rows received and indikator still waited for."""
    return f"COUNTA({sumber.kolom('id_indikator')})+SUM({sumber.belum_lapor('indikator')})"


def _petak_rata(sumber: Sumber) -> tuple[Isi, Isi]:
    angka, capaian = sumber.angka, sumber.kolom("capaian")
    nothing = rumus.teks(TANPA_ANGKA)
    left = angka.rata.tanpa_nilai + angka.indikator_belum_lapor
    below = f'="n = "&COUNT({capaian})&" indikator; "&({_ditunggu(sumber)}-COUNT({capaian}))&" tanpa nilai"'
    return (
        Rumus(
            f"=IF(COUNT({capaian})=0,{nothing},{rumus.bulatkan(f'AVERAGE({capaian})')})",
            _atau_kosong(angka.rata.nilai),
        ),
        Rumus(below, f"n = {angka.rata.n} indikator; {left} tanpa nilai"),
    )


def _petak_galat(sumber: Sumber) -> tuple[Isi, Isi]:
    levels = layout.TEMUAN.rentang_kolom("tingkat", len(sumber.isi.temuan))
    warnings = rumus.banyak(levels, rumus.teks(Tingkat.PERINGATAN))[1:]
    return (
        Rumus(rumus.banyak(levels, rumus.teks(Tingkat.GALAT)), sumber.angka.galat),
        Rumus(
            f'="dan "&{warnings}&" peringatan (lembar Temuan)"',
            f"dan {sumber.angka.peringatan} peringatan (lembar Temuan)",
        ),
    )


def _atau_kosong(value: float | None) -> str | float:
    return TANPA_ANGKA if value is None else value


def _kata(sumber: Sumber, value: float | None) -> str:
    figure = desimal(value)
    return "" if figure is None else skala(figure, sumber.tingkat)


def _kepala(page: Halaman, blok: tuple[Bidang, ...]) -> None:
    row = page.turun()
    for field in blok:
        start = kisi_awal(blok, field.key)
        align = "left" if field.rupa is Rupa.TEKS else "center"
        sifat: Sifat = {"bold": True, "font_size": 9, "font_color": TINTA_REDUP, "align": align}
        page.tulis(row, (start, start + field.kisi - 1), field.judul, {**sifat, "valign": "vcenter"})


def _baris(page: Halaman, row: int, blok: tuple[Bidang, ...], isi: Mapping[str, Isi]) -> None:
    formats: dict[Rupa, Sifat] = {
        Rupa.BULAT: {"align": "center", "num_format": "#,##0"},
        Rupa.PERSEN: {"align": "center", "num_format": "0.00"},
        Rupa.BAGIAN: {"align": "center", "num_format": "0%"},
        Rupa.TENGAH: {"align": "center"},
        Rupa.SKALA: {"align": "center"},
        Rupa.BATANG: _BATANG,
    }
    for field in blok:
        start = kisi_awal(blok, field.key)
        look = formats.get(field.rupa, {"text_wrap": True})
        line: Sifat = {"valign": "vcenter", "bottom": 4, "bottom_color": GARIS}
        page.tulis(row, (start, start + field.kisi - 1), isi.get(field.key), {**line, **look})


def _warnai(page: Halaman, sumber: Sumber, first: int, blok: tuple[Bidang, ...]) -> None:
    column = kisi_awal(blok, "skala")
    for word, colours in page.gaya.skala(sumber.tingkat):
        warnai_kata(page.sheet, (first, column, page.baris - 1, column), word, colours)


def _skala(page: Halaman, sumber: Sumber) -> None:
    """How many rows stand on each step, and how many have no figure."""
    page.judul_blok("Sebaran capaian")
    _kepala(page, BLOK_SKALA)
    first = page.baris
    words = sumber.kolom("skala")
    for step, bounds in zip(sumber.tingkat, _batas(sumber.tingkat), strict=True):
        row = page.turun()
        count = sumber.angka.kata.get(step.sebutan, 0)
        cell = {key: kisi_sel(row, BLOK_SKALA, key) for key in ("skala", "jumlah", "bagian")}
        judged = f"COUNT({sumber.kolom('capaian')})"
        share = count / sumber.angka.rata.n if sumber.angka.rata.n else ""
        _baris(
            page,
            row,
            BLOK_SKALA,
            {
                "skala": step.sebutan,
                "batas": bounds,
                "jumlah": Rumus(rumus.banyak(words, cell["skala"]), count),
                "bagian": Rumus(f'=IF({judged}=0,"",{cell["jumlah"]}/{judged})', share),
                "batang": _batang(BLOK_SKALA, cell["bagian"], share, 1),
            },
        )
    for word in (BELUM_DINILAI, TIDAK_DINILAI):
        row = page.turun()
        formula = rumus.banyak(words, kisi_sel(row, BLOK_SKALA, "skala"))
        count = sumber.angka.kata.get(word, 0)
        _baris(page, row, BLOK_SKALA, {"skala": word, "batas": "–", "jumlah": Rumus(formula, count)})
    waiting = Rumus(f"=SUM({sumber.belum_lapor('indikator')})", sumber.angka.indikator_belum_lapor)
    _baris(page, page.turun(), BLOK_SKALA, {"skala": BELUM_LAPOR, "batas": "–", "jumlah": waiting})
    _warnai(page, sumber, first, BLOK_SKALA)


def _batang(blok: tuple[Bidang, ...], cell: str, value: str | float, full: float) -> Rumus:
    longest = layout.panjang_batang(blok)
    length = 0 if isinstance(value, str) else rumus.panjang_batang(value, full, longest)
    return Rumus(rumus.batang(cell, rumus.angka(full), longest), "█" * length)


def _batas(tingkat: Sequence[TingkatSkala]) -> list[str]:
    """Bounds of each step in words: "91 ke atas", "76 – < 91", "di bawah 51"."""
    words = []
    for at, step in enumerate(tingkat):
        lower, upper = _angka(step.batas), _angka(tingkat[at - 1].batas)
        if at == 0:
            words.append(f"{lower} ke atas")
        elif at == len(tingkat) - 1:
            words.append(f"di bawah {upper}")
        else:
            words.append(f"{lower} – < {upper}")
    return words


def _angka(value: float) -> str:
    """A number in Indonesian writing: 90.5 is "90,5"."""
    return rumus.angka(value).replace(".", ",")


def _unit(page: Halaman, sumber: Sumber) -> None:
    """Average per unit, with how many rows it comes from."""
    page.judul_blok("Rata-rata capaian per unit")
    _kepala(page, BLOK_UNIT)
    first = page.baris
    ids, capaian = sumber.kolom("id_unit"), sumber.kolom("capaian")
    cap = sumber.isi.katalog.referensi.batas_capaian
    for item in sumber.angka.unit[: layout.UNIT_PALING_BANYAK]:
        width = layout.LEBAR_KISI * next(field.kisi for field in BLOK_UNIT if field.key == "unit")
        row = page.turun(max(_TINGGI, xlsx.tinggi_baris([(item.unit.nama, width)], ukuran=10)))
        key, judged, mean = (kisi_sel(row, BLOK_UNIT, name) for name in ("id", "dinilai", "rata"))
        same = f"EXACT({ids},{key})"
        total = rumus.bulatkan(f"SUMPRODUCT(--{same},{capaian})/{judged}")
        value = _atau_kosong(item.rata.nilai)
        _baris(
            page,
            row,
            BLOK_UNIT,
            {
                "id": item.unit.id,
                "unit": item.unit.nama,
                "dinilai": Rumus(f"=SUMPRODUCT({same}*ISNUMBER({capaian}))", item.rata.n),
                "baris": Rumus(f"=SUMPRODUCT(--{same})", item.baris),
                "rata": Rumus(f"=IF({judged}=0,{rumus.teks(TANPA_ANGKA)},{total})", value),
                "skala": Rumus(rumus.skala(mean, sumber.tingkat), _kata(sumber, item.rata.nilai)),
                "batang": _batang(BLOK_UNIT, mean, value, cap),
            },
        )
    _warnai(page, sumber, first, BLOK_UNIT)
    rest = len(sumber.angka.unit) - layout.UNIT_PALING_BANYAK
    if rest > 0:
        page.paragraf(f"dan {rest} unit lainnya: lihat lembar Rekap Indikator.", {"italic": True})


def _belum_lapor(page: Halaman, sumber: Sumber) -> None:
    """Who has not reported, by name, as many as fit."""
    page.judul_blok("Belum melapor")
    missing = sumber.angka.belum_lapor
    names = [f"{p.jabatan.nama} ({p.nama})" if p.nama else p.jabatan.nama for p in missing]
    shown = "; ".join(names[: layout.NAMA_PALING_BANYAK])
    rest = len(names) - layout.NAMA_PALING_BANYAK
    more = f"; dan {rest} lainnya (lembar Belum Lapor)" if rest > 0 else ""
    page.paragraf(f"{shown}{more}." if names else layout.BELUM_LAPOR.kosong, {})


def _catatan(page: Halaman, isi: IsiRekap) -> None:
    """How the figures are made."""
    page.judul_blok("Catatan")
    for note in catatan(isi.katalog, isi.bulan):
        page.paragraf(f"•  {note}", {"font_size": 9})


def catatan(katalog: Katalog, bulan: int) -> list[str]:
    """Sentences on how the figures are made (spec sections 3 and 4)."""
    referensi = katalog.referensi
    cap = _angka(referensi.batas_capaian)
    ways = "; ".join(f"{tipe.nama}: {CARA[tipe.cara_hitung]}" for tipe in referensi.tipe)
    notes = [
        f"Realisasi sampai dengan {BULAN[bulan - 1]}: {ways}. Sel kosong berarti belum dilaporkan, bukan 0.",
        TARGET[katalog.kantor.rincian_target],
        (
            "Capaian Maksimal = 100 × realisasi / target; Minimal = 100 × (2 × target − realisasi) / target; "
            f"yang dihitung dibatasi 0 sampai {cap} dan dibulatkan dua desimal."
        ),
        "Rata-rata adalah rata-rata sederhana capaian yang ada (n); yang tanpa nilai tidak dianggap 0.",
        "Skala capaian ditetapkan oleh kantor.",
        "Angka ini capaian indikator, bukan predikat kinerja pegawai (PermenPANRB 6/2022).",
    ]
    if referensi.skala == Referensi().skala:
        notes[4] = (
            "Skala menurut Permendagri 86/2017, yang hanya memuat bilangan bulat (76–90, 91–100): "
            "capaian 90,99 di rekap ini dibaca Tinggi."
        )
    return notes


def _tanda_tangan(page: Halaman, isi: IsiRekap) -> None:
    """Signature block of the head of the office; the date is left to be written by hand."""
    kantor, signer = isi.katalog.kantor, isi.katalog.kantor.penandatangan
    space = layout.KISI_TANDA_TANGAN
    page.turun(10)
    place = f"{kantor.tempat}, " if kantor.tempat else ""
    page.paragraf(f"{place}.................... {kantor.tahun}", {}, space)
    page.paragraf(f"{signer.jabatan or 'Kepala'},", {}, space)
    page.turun(44)
    page.paragraf(signer.nama or "." * 40, {"bold": True, "underline": 1 if signer.nama else 0}, space)
    if signer.pangkat_golongan:
        page.paragraf(signer.pangkat_golongan, {}, space)
    page.paragraf(f"NIP {signer.nip or '.' * 36}", {}, space)
