"""*Ringkasan*, the page the head of the office reads: a stack of blocks on a grid of equal columns.

Each block is a function that writes from the current row downwards; blocks after one another need
not know each other's place. Figures are formulas over the sheets behind, which they search by id,
so that sorting a table changes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from iki_xl.catalog import BULAN, CaraHitung, Referensi, RincianTarget
from iki_xl.findings import Tingkat
from iki_xl.recap import grafik, layout, rumus
from iki_xl.recap.gaya import (
    ALAS_PETAK,
    GARIS,
    KEPALA,
    TIDAK_SAH,
    TINTA_REDUP,
    UKURAN_TABEL,
    Gaya,
    warnai_kata,
)
from iki_xl.recap.halaman import (
    SELURUH,
    TINGGI_JUDUL,
    Halaman,
    daftar,
    jumlah_baris,
    lebar_piksel,
    piksel,
    polos,
    potong,
    tinggi_teks,
)
from iki_xl.recap.layout import (
    BLOK_PERHATIAN,
    DATA_HALAMAN,
    KISI,
    PETAK,
    PETAK_SEBARIS,
    UNIT_PALING_BANYAK,
    Lembar,
    Rupa,
    kisi_awal,
)
from iki_xl.recap.susun import Ringkas, Rumus, Tautan, ringkas
from iki_xl.tables import BELUM_DINILAI, BELUM_LAPOR, TIDAK_DINILAI
from iki_xl.xlsx import tulis, tulis_rumus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog import Katalog, TingkatSkala
    from iki_xl.recap.gaya import Sifat
    from iki_xl.recap.halaman import Kisi
    from iki_xl.recap.susun import Isi, IsiRekap, Perhatian, RingkasUnit

    IsiData: TypeAlias = str | float | Rumus

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
TANPA_GRAFIK = "Belum ada data untuk grafik: belum ada capaian yang dapat dihitung."
TANPA_PERHATIAN = "Tidak ada indikator yang perlu perhatian."
_KECIL = 9.0
_JARAK_BARIS = 1.33  # height of a line in font sizes
_BARIS_TEKS_TERBANYAK = 5  # of a cell in the rows that need attention
_SEBARIS = 16  # letters of a word that stand on one line of a tile
_RUANG_TTD = 36.0  # points
_TITEL = 2  # lines that a long name may take at the head of the page and below it


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

    def rekap_unit(self, key: str) -> str:
        """Range of a column of *Rekap Unit*, the row of the whole office left out."""
        return self.lembar_unit.rentang_kolom(key, len(self.angka.unit))

    def rata_kantor(self, bulan: int) -> str:
        """Cell of *Rekap Unit* with the office's average to the end of a month; no sorting moves its row."""
        cell = self.lembar_unit.sel(len(self.angka.unit), layout.kolom_rata(bulan))
        return f"'{self.lembar_unit.nama}'!{cell}"

    @property
    def lembar_unit(self) -> Lembar:
        return layout.lembar_unit(self.isi.bulan)

    @property
    def tingkat(self) -> Sequence[TingkatSkala]:
        return self.isi.katalog.referensi.skala

    @property
    def unit(self) -> Sequence[RingkasUnit]:
        """Units that have a bar."""
        return self.angka.unit[:UNIT_PALING_BANYAK]


def tulis_ringkasan(sheet: Worksheet, gaya: Gaya, isi: IsiRekap, *, hidup: bool = True) -> None:
    """Write the first page; unless it is `hidup` with figures instead of formulas over the sheets behind."""
    rekap = layout.lembar_rekap(isi.katalog.kantor.rincian_target, isi.bulan)
    sumber = Sumber(isi, ringkas(isi), rekap)
    page = Halaman(sheet, gaya, hidup=hidup)
    _data(page, sumber)
    _kop(page, isi)
    _petak(page, sumber)
    _skala(page, sumber)
    _grafik(page, sumber)
    _perhatian(page, sumber)
    _belum_lapor(page, sumber)
    _catatan_dan_tanda_tangan(page, isi)
    sheet.print_area(0, 0, page.baris - 1, KISI - 1)


def _kop(page: Halaman, isi: IsiRekap) -> None:
    kantor = isi.katalog.kantor
    until = f"Januari sampai dengan {BULAN[isi.bulan - 1]} {kantor.tahun}"
    if isi.bulan == 1:
        until = f"Januari {kantor.tahun}"
    decree = f" · Keputusan Nomor {kantor.nomor_keputusan}" if kantor.nomor_keputusan else ""
    lines: tuple[tuple[str, Sifat], ...] = (
        (kantor.pemda.upper(), {"font_color": TINTA_REDUP}),
        (kantor.nama.upper(), {"bold": True, "font_size": 14}),
        (
            "Rekap Capaian Indikator Kinerja Individu (IKI)",
            {"bold": True, "font_size": 12, "font_color": KEPALA},
        ),
        (until + decree, {"font_color": TINTA_REDUP}),
    )
    for text, sifat in lines:
        short = potong(text, SELURUH, _TITEL, sifat.get("font_size", 10))
        page.paragraf(short, {"align": "center", **sifat})
    page.turun(5)


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
    for at, (height, sifat) in enumerate(((17, small), (30, large), (28, small))):
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


def _skala(page: Halaman, sumber: Sumber) -> None:
    """How many rows stand on each step, and how many have no figure: a strip of tiles."""
    page.judul_blok("Sebaran capaian indikator")
    tiles = _petak_skala(sumber)
    for start in range(0, len(tiles), PETAK_SEBARIS):
        line = tiles[start : start + PETAK_SEBARIS]
        heights = (30 if any(len(word) > _SEBARIS for word, _, _ in line) else 16, 22, 14)
        rows = [page.turun(height) for height in heights]
        for at, (word, bounds, count) in enumerate(line):
            kisi = (at * KISI // len(line), (at + 1) * KISI // len(line) - 1)
            _tulis_petak_skala(page, rows, kisi, (word, count, bounds))
        for step, colours in page.gaya.skala(sumber.tingkat):
            warnai_kata(page.sheet, (rows[0], 0, rows[0], KISI - 1), step, colours)


def _tulis_petak_skala(page: Halaman, rows: Sequence[int], kisi: Kisi, isi: Sequence[Isi]) -> None:
    edge: Sifat = {"align": "center", "left": 1, "right": 1, "left_color": GARIS, "right_color": GARIS}
    looks: tuple[Sifat, ...] = (
        {"bold": True, "font_size": _KECIL, "text_wrap": True, "top": 1, "top_color": GARIS},
        {"bold": True, "font_size": 14, "num_format": "#,##0"},
        {"font_size": _KECIL, "font_color": TINTA_REDUP, "bottom": 1, "bottom_color": GARIS},
    )
    for row, content, look in zip(rows, isi, looks, strict=True):
        page.tulis(row, kisi, content, {**edge, **look})


def _petak_skala(sumber: Sumber) -> list[tuple[str, str, Rumus]]:
    """Word, what it means and how many rows, for each tile."""
    angka, words = sumber.angka, sumber.kolom("skala")

    def count(word: str) -> Rumus:
        return Rumus(rumus.banyak(words, rumus.teks(word)), angka.kata.get(word, 0))

    steps = zip(sumber.tingkat, _batas(sumber.tingkat), strict=True)
    waiting = Rumus(f"=SUM({sumber.belum_lapor('indikator')})", angka.indikator_belum_lapor)
    return [
        *((step.sebutan, bounds, count(step.sebutan)) for step, bounds in steps),
        (BELUM_DINILAI, "data kurang", count(BELUM_DINILAI)),
        (TIDAK_DINILAI, "target 0", count(TIDAK_DINILAI)),
        (BELUM_LAPOR, "ditunggu", waiting),
    ]


def _batas(tingkat: Sequence[TingkatSkala]) -> list[str]:
    """Bounds of each step in words: "91 ke atas", "76 – < 91", "di bawah 51"."""
    words = []
    for at, step in enumerate(tingkat):
        lower, upper = _angka(step.batas), _angka(tingkat[at - 1].batas)
        if len(tingkat) == 1:
            words.append("semua")
        elif at == 0:
            words.append(f"{lower} ke atas")
        elif at == len(tingkat) - 1:
            words.append(f"di bawah {upper}")
        else:
            words.append(f"{lower} – < {upper}")
    return words


def _angka(value: float) -> str:
    """A number in Indonesian writing: 90.5 is "90,5"."""
    return rumus.angka(value).replace(".", ",")


def _data(page: Halaman, sumber: Sumber) -> None:
    """Hidden cells that the charts and the links of the page look at."""
    last = DATA_HALAMAN.kolom_awal + len(DATA_HALAMAN.kolom) - 1
    page.sheet.set_column(DATA_HALAMAN.kolom_awal, last, None, None, {"hidden": True})
    for key in DATA_HALAMAN.kolom:
        tulis(page.sheet, DATA_HALAMAN.baris_kepala, DATA_HALAMAN.ke(key), key)
    for at, (item, name) in enumerate(zip(sumber.unit, _nama_unit(sumber), strict=True)):
        _tulis_data(page, at, _data_unit(sumber, at, item, name))
    for at, mean in enumerate(sumber.angka.rata_bulan):
        _tulis_data(page, at, _data_bulan(sumber, at, mean))
    for at, row in enumerate(sumber.angka.perhatian):
        _tulis_data(page, at, _data_perhatian(sumber, at, row))


def _tulis_data(page: Halaman, n: int, isi: dict[str, IsiData]) -> None:
    row = DATA_HALAMAN.baris(n)
    for key, value in isi.items():
        look = page.gaya.format({"num_format": "0.00"})
        if isinstance(value, Rumus):
            tulis_rumus(page.sheet, row, DATA_HALAMAN.ke(key), value.teks, look, value.nilai)
        else:
            tulis(page.sheet, row, DATA_HALAMAN.ke(key), value, look)


def _data_unit(sumber: Sumber, n: int, item: RingkasUnit, name: str) -> dict[str, IsiData]:
    """A unit's bar; where it has no figure its name says so, and #N/A is what a chart leaves out."""
    ids, means = sumber.rekap_unit("id_unit"), sumber.rekap_unit("rata")
    mean, unit, value = DATA_HALAMAN.sel(n, "rata_unit"), DATA_HALAMAN.sel(n, "unit"), item.rata.nilai
    found = f"SUMPRODUCT(--EXACT({ids},{DATA_HALAMAN.sel(n, 'id_unit')}),{means})"
    known = f"SUMPRODUCT(EXACT({ids},{DATA_HALAMAN.sel(n, 'id_unit')})*ISNUMBER({means}))"
    return {
        "id_unit": item.unit.id,
        "unit": name,
        "nama_batang": Rumus(
            f"={unit}&IF(ISNUMBER({mean}),{rumus.teks('')},{rumus.teks(grafik.KETERANGAN_TANPA_ANGKA)})",
            grafik.nama_batang(name, value),
        ),
        "rata_unit": Rumus(f'=IF({known}=0,"",{found})', "" if value is None else value),
        "panjang_batang": Rumus(f"=IF(ISNUMBER({mean}),{mean},NA())", "#N/A" if value is None else value),
        "label_batang": Rumus(f"=IF(ISNUMBER({mean}),{mean},{rumus.teks(TANPA_ANGKA)})", _atau_kosong(value)),
    }


def _data_bulan(sumber: Sumber, n: int, value: float | None) -> dict[str, IsiData]:
    """A point of the line; #N/A is the only formula result that a line leaves out."""
    mean = sumber.rata_kantor(n + 1)
    return {
        "bulan": BULAN[n][:3],
        "rata_bulan": Rumus(f"=IF(ISNUMBER({mean}),{mean},NA())", "#N/A" if value is None else value),
    }


def _data_perhatian(sumber: Sumber, n: int, row: Perhatian) -> dict[str, IsiData]:
    """What makes a row findable in *Rekap Indikator*, and where it stands now."""
    keys = ("id_indikator", "nip", "nama")
    same = "*".join(f"EXACT({sumber.kolom(key)},{DATA_HALAMAN.sel(n, key)})" for key in keys)
    rows = sumber.kolom("id_indikator")
    place = f"(ROW({rows})-{sumber.rekap.baris_data(0)})"
    return {
        "id_indikator": row.id_indikator,
        "nip": row.nip,
        "nama": row.nama,
        "posisi": Rumus(f"=SUMPRODUCT(MAX({same}*{place}))", row.posisi),
    }


def _nama_unit(sumber: Sumber) -> list[str]:
    """Units' names, cut to the room beside their bars; where cut ones are equal, with their number."""
    lines = grafik.baris_nama(len(sumber.unit))
    full = [polos(item.unit.nama) for item in sumber.unit]
    short = [_potong_nama(name, item, lines) for name, item in zip(full, sumber.unit, strict=True)]
    if len(set(short)) == len(short):
        return short
    numbered = (f"{at}. {name}" for at, name in enumerate(full, start=1))
    return [_potong_nama(name, item, lines) for name, item in zip(numbered, sumber.unit, strict=True)]


def _potong_nama(name: str, item: RingkasUnit, lines: int) -> str:
    mark = "" if item.rata.n else grafik.KETERANGAN_TANPA_ANGKA
    return potong(name, grafik.KISI_NAMA, lines, _KECIL, ekor=mark)


def _grafik(page: Halaman, sumber: Sumber) -> None:
    """Two charts beside one another, in a row of their own."""
    page.judul_blok("Rata-rata capaian per unit dan per bulan", _tautan(sumber.lembar_unit.nama))
    if sumber.angka.rata.nilai is None:
        page.paragraf(TANPA_GRAFIK, {"italic": True, "font_color": TINTA_REDUP})
        return
    cap = sumber.isi.katalog.referensi.batas_capaian
    height = grafik.tinggi(len(sumber.unit))
    row = page.turun(height + 4)
    means = (item.rata.nilai for item in sumber.unit)
    bars = list(zip(_nama_unit(sumber), means, strict=True))
    unit = grafik.batang_unit(page.gaya.workbook, bars, cap)
    months = grafik.garis_kantor(page.gaya.workbook, sumber.angka.rata_bulan, cap, height)
    for chart, kisi in ((unit, layout.KISI_GRAFIK_UNIT), (months, layout.KISI_GRAFIK_BULAN)):
        chart.set_size({"width": lebar_piksel(kisi) - 4, "height": piksel(height)})
    _pasang(page, row, layout.KISI_GRAFIK_UNIT, unit, "Grafik batang rata-rata capaian per unit")
    _pasang(page, row, layout.KISI_GRAFIK_BULAN, months, "Grafik garis rata-rata capaian kantor per bulan")
    rest = [item.unit.nama for item in sumber.angka.unit[UNIT_PALING_BANYAK:]]
    if rest:
        rest[0] = f"Tidak digambar, lihat Rekap Unit: {rest[0]}"
        text = daftar(rest, SELURUH, 1, _KECIL)
        page.paragraf(text, {"font_size": _KECIL, "italic": True})


def _pasang(page: Halaman, row: int, kisi: Kisi, chart: Chart, alt: str) -> None:
    """Lay a chart within grid columns of one row, a hair away from its edges."""
    page.sheet.insert_chart(row, kisi[0], chart, {"x_offset": 2, "y_offset": 2, "description": alt})


def _tautan(lembar: str) -> Tautan:
    return Tautan(f"buka {lembar}", f"'{lembar}'!A1")


def _perhatian(page: Halaman, sumber: Sumber) -> None:
    """The rows that need attention most, each with a link to its row in *Rekap Indikator*."""
    rows, everything = sumber.angka.perhatian, sumber.angka.perlu_perhatian
    page.judul_blok("Indikator yang paling perlu perhatian", _tautan(sumber.rekap.nama))
    if not rows:
        text = TANPA_PERHATIAN if sumber.angka.baris else "Belum ada laporan."
        page.paragraf(text, {"italic": True, "font_color": TINTA_REDUP})
        return
    page.paragraf(_urutan(sumber, len(rows), everything), {"font_size": _KECIL, "font_color": TINTA_REDUP})
    head: Sifat = {"bold": True, "font_size": _KECIL, "bg_color": KEPALA, "font_color": "#FFFFFF"}
    top = page.turun(16)
    for field in BLOK_PERHATIAN:
        start = kisi_awal(BLOK_PERHATIAN, field.key)
        align = "left" if field.rupa is Rupa.TEKS else "center"
        page.tulis(
            top, (start, start + field.kisi - 1), field.judul, {**head, "align": align, "shrink": True}
        )
    for at, (height, texts) in enumerate(_susun_perhatian(page, sumber)):
        _baris_perhatian(page, sumber, at, (height, texts))
    column = kisi_awal(BLOK_PERHATIAN, "skala")
    for word, colours in page.gaya.skala(sumber.tingkat):
        warnai_kata(page.sheet, (top + 1, column, page.baris - 1, column), word, colours)


def _urutan(sumber: Sumber, shown: int, everything: int) -> str:
    below = f"di bawah {_angka(sumber.tingkat[0].batas)} " if sumber.tingkat else ""
    return (
        f"{shown} dari {everything}, urut: capaian {below}dari yang terendah; target 0 yang ada "
        "realisasinya; diisi tetapi belum dapat dinilai; belum diisi. Klik nomor untuk ke barisnya."
    )


def _susun_perhatian(page: Halaman, sumber: Sumber) -> list[tuple[float, dict[str, str]]]:
    """Height and texts of each row, with as many lines as leave room for the rest of the page."""
    room = layout.TINGGI_HALAMAN - _tinggi_bawah(sumber) - page.tinggi
    for lines in range(_BARIS_TEKS_TERBANYAK, 1, -1):
        rows = [_teks_perhatian(sumber, row, lines) for row in sumber.angka.perhatian]
        if sum(height for height, _ in rows) <= room:
            break
    return rows


def _teks_perhatian(sumber: Sumber, row: Perhatian, lines: int) -> tuple[float, dict[str, str]]:
    item = sumber.isi.katalog.indikator_menurut_id[row.id_indikator]
    whole = {
        "jabatan": sumber.isi.katalog.jabatan_menurut_id[item.id_jabatan].nama,
        "nama": row.nama,
        "indikator": item.indikator,
        "kendala": row.kendala or TANPA_ANGKA,
        "tindak_lanjut": row.tindak_lanjut or TANPA_ANGKA,
    }
    fields = {field.key: (kisi_awal(BLOK_PERHATIAN, field.key), field.kisi) for field in BLOK_PERHATIAN}
    areas = {key: (start, start + width - 1) for key, (start, width) in fields.items()}
    texts = {key: potong(text, areas[key], lines, _KECIL) for key, text in whole.items()}
    used = max(jumlah_baris(text, areas[key], _KECIL) for key, text in texts.items())
    return max(used, 2) * _KECIL * _JARAK_BARIS + 2, texts


def _baris_perhatian(page: Halaman, sumber: Sumber, n: int, isi: tuple[float, dict[str, str]]) -> None:
    row, (height, texts) = sumber.angka.perhatian[n], isi
    contents: dict[str, Isi] = {
        **texts,
        "no": _nomor(sumber, n),
        "capaian": _ambil(sumber, n, "capaian", row.capaian),
        "skala": _ambil(sumber, n, "skala", row.kata),
    }
    line: Sifat = {"font_size": _KECIL, "bottom": 1, "bottom_color": GARIS, "text_wrap": True}
    looks: dict[Rupa, Sifat] = {
        Rupa.TENGAH: {"align": "center", "underline": 1, "font_color": KEPALA},
        Rupa.PERSEN: {"align": "center", "num_format": "0.00", "bold": True},
        Rupa.SKALA: {"align": "center"},
    }
    at = page.turun(height)
    for field in BLOK_PERHATIAN:
        start = kisi_awal(BLOK_PERHATIAN, field.key)
        look = {**line, **looks.get(field.rupa, {})}
        if field.key == "kendala":  # apart from the dark cell before it
            look |= {"left": 5, "left_color": "#FFFFFF"}
        page.tulis(at, (start, start + field.kisi - 1), contents[field.key], look)


def _nomor(sumber: Sumber, n: int) -> Rumus:
    """The row's number here; a click opens its row there, wherever that has been sorted to."""
    place, column = DATA_HALAMAN.sel(n, "posisi"), layout.huruf(sumber.rekap.ke("indikator"))
    target = rumus.teks(f"#'{sumber.rekap.nama}'!{column}")
    link = f"HYPERLINK({target}&({place}+{sumber.rekap.baris_data(0)}),{n + 1})"
    return Rumus(f"=IF({place}=0,{n + 1},{link})", n + 1)


def _ambil(sumber: Sumber, n: int, key: str, value: str | float | None) -> Rumus:
    place = DATA_HALAMAN.sel(n, "posisi")
    cached = "" if value is None else value
    return Rumus(f'=IF({place}=0,"",INDEX({sumber.kolom(key)},{place}))', cached)


def _tinggi_bawah(sumber: Sumber) -> float:
    """Points that the blocks below the rows that need attention take."""
    missing = tinggi_teks(_teks_belum_lapor(sumber), SELURUH, _KECIL)
    return 2 * TINGGI_JUDUL + missing + sum(_susun_catatan(sumber.isi).tinggi)


def _belum_lapor(page: Halaman, sumber: Sumber) -> None:
    page.judul_blok("Belum melapor", _tautan(layout.BELUM_LAPOR.nama))
    page.paragraf(_teks_belum_lapor(sumber), {"font_size": _KECIL})


def _teks_belum_lapor(sumber: Sumber) -> str:
    """Who has not reported, by name, as many as fit."""
    missing = sumber.angka.belum_lapor
    if not missing:
        return layout.BELUM_LAPOR.kosong
    names = [f"{p.jabatan.nama} ({p.nama})" if p.nama else p.jabatan.nama for p in missing]
    lines = 3 if grafik.baris_nama(len(sumber.unit)) > 1 else 2  # many bars leave less room
    return daftar([f"{len(names)} pelapor: {names[0]}", *names[1:]], SELURUH, lines, _KECIL)


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


@dataclass(frozen=True, slots=True)
class _Catatan:
    """The notes, the lines of the signature block beside them, and the heights of their rows."""

    teks: str
    tanda_tangan: tuple[tuple[str, Sifat], ...]
    tinggi: tuple[float, ...]


def _susun_catatan(isi: IsiRekap) -> _Catatan:
    space, beside = layout.KISI_CATATAN, layout.KISI_TANDA_TANGAN
    notes = "\n".join(potong(f"• {note}", space, 3, _KECIL) for note in catatan(isi.katalog, isi.bulan))
    lines = [(potong(text, beside, _TITEL, UKURAN_TABEL), look) for text, look in _penandatangan(isi)]
    heights = [tinggi_teks(text, beside, UKURAN_TABEL) if text else _RUANG_TTD for text, _ in lines]
    rest = max(tinggi_teks(notes, space, _KECIL) - sum(heights), 3.0)
    return _Catatan(notes, (*lines, ("", {})), (*heights, rest))


def _catatan_dan_tanda_tangan(page: Halaman, isi: IsiRekap) -> None:
    """How the figures are made, and beside it the signature block of the head of the office."""
    page.judul_blok("Catatan")
    made = _susun_catatan(isi)
    first = page.baris
    for height, (text, look) in zip(made.tinggi, made.tanda_tangan, strict=True):
        page.tulis(page.turun(height), layout.KISI_TANDA_TANGAN, text, {"text_wrap": True, **look})
    small: Sifat = {"font_size": _KECIL, "text_wrap": True, "valign": "top"}
    page.tulis(first, layout.KISI_CATATAN, made.teks, small, tinggi=len(made.tinggi))


def _penandatangan(isi: IsiRekap) -> list[tuple[str, Sifat]]:
    """Lines of the signature block: the date is written by hand, the empty line is the room to sign in."""
    kantor, signer = isi.katalog.kantor, isi.katalog.kantor.penandatangan
    place = f"{kantor.tempat}, " if kantor.tempat else ""
    rank: list[tuple[str, Sifat]] = [(signer.pangkat_golongan, {})] if signer.pangkat_golongan else []
    return [
        (f"{place}.................... {kantor.tahun}", {}),
        (f"{signer.jabatan or 'Kepala'},", {}),
        ("", {}),
        (signer.nama or "." * 40, {"bold": True, "underline": 1 if signer.nama else 0}),
        *rank,
        (f"NIP {signer.nip or '.' * 36}", {}),
    ]
