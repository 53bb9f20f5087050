"""The form's live formulas. They give the figures of spec sections 3 and 4, as measures.py does.

Only functions that Excel 2010, LibreOffice and WPS share: no dynamic arrays, LET or XLOOKUP.
A formula that has nothing to show gives "", never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import Arah, CaraHitung
from iki_xl.form.jabatan import BARIS_BULAN
from iki_xl.form.layout import Kelompok
from iki_xl.tables import BELUM_DINILAI, KOLOM_REALISASI, TIDAK_DINILAI

if TYPE_CHECKING:
    from iki_xl.catalog import Referensi
    from iki_xl.form.jabatan import JabatanForm
    from iki_xl.form.layout import SheetLayout

# Defined names of the hidden list sheet.
DAFTAR_SATUAN = "daftar_satuan"
DAFTAR_TIPE = "daftar_tipe"
DAFTAR_CARA_HITUNG = "daftar_cara_hitung"
DAFTAR_CARA_ISI = "daftar_cara_isi"
DAFTAR_SKALA_BATAS = "daftar_skala_batas"
DAFTAR_SKALA_SEBUTAN = "daftar_skala_sebutan"
DAFTAR_BULAN = "daftar_bulan"

# What the form's formulas outside the table (month, signature) hold; all of them show a text.
RUMUS_BERTEKS = (DAFTAR_BULAN, "&IF(")

CARA_ISI = {
    CaraHitung.JUMLAH: "isi tambahan bulan itu saja",
    CaraHitung.TERAKHIR: "isi posisi bulan itu",
    CaraHitung.RATA_RATA: "isi nilai bulan itu",
}


def daftar(referensi: Referensi, nama_bulan: tuple[str, ...]) -> dict[str, tuple[str | float, ...]]:
    """Return the lists behind the defined names; the skala from the lowest bound upwards."""
    steps = referensi.skala[::-1]
    return {
        DAFTAR_SATUAN: referensi.satuan,
        DAFTAR_TIPE: tuple(t.nama for t in referensi.tipe),
        DAFTAR_CARA_HITUNG: tuple(t.cara_hitung.value for t in referensi.tipe),
        DAFTAR_CARA_ISI: tuple(CARA_ISI[t.cara_hitung] for t in referensi.tipe),
        DAFTAR_SKALA_BATAS: tuple(s.batas for s in steps),
        DAFTAR_SKALA_SEBUTAN: tuple(s.sebutan for s in steps),
        DAFTAR_BULAN: nama_bulan,
    }


def rumus_baris(form: JabatanForm, row_id: str) -> dict[str, str]:
    """Return field key -> formula for one indikator's row."""
    layout, referensi = form.layout, form.katalog.referensi
    return {
        "cara_isi": _dari_tipe(layout, row_id, DAFTAR_CARA_ISI),
        "cara_hitung": _dari_tipe(layout, row_id, DAFTAR_CARA_HITUNG),
        "terisi": f"=IF(COUNT({_bulan(layout, row_id)})>0,1,0)",
        "target_sd": _target_sd(layout, row_id),
        "realisasi_sd": _realisasi_sd(layout, row_id),
        "capaian": _capaian(layout, row_id, referensi.batas_capaian),
        "skala": _skala(layout, row_id, referensi.skala[-1].batas),
    }


def rumus_bulan(form: JabatanForm) -> str:
    """Number of the last month in which the sheet has an entry, 0 when it has none."""
    layout = form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = f"{layout.address(first, KOLOM_REALISASI[0])}:{layout.address(last, KOLOM_REALISASI[-1])}"
    return f"=SUMPRODUCT(MAX(ISNUMBER({area})*(COLUMN({area})-{layout.column(KOLOM_REALISASI[0])})))"


def rumus_nama_bulan(layout: SheetLayout) -> str:
    """Name of that month, for people."""
    bulan = layout.address(BARIS_BULAN, "terisi")
    return f'=IF({bulan}=0,"(belum ada isian)",INDEX({DAFTAR_BULAN},{bulan}))'


def _bulan(layout: SheetLayout, row_id: str) -> str:
    return f"{layout.address(row_id, KOLOM_REALISASI[0])}:{layout.address(row_id, KOLOM_REALISASI[-1])}"


def _dari_tipe(layout: SheetLayout, row_id: str, name: str) -> str:
    tipe = layout.address(row_id, "tipe_perhitungan")
    return f'=IF({tipe}="","",IFERROR(INDEX({name},MATCH({tipe},{DAFTAR_TIPE},0)),""))'


def _target_sd(layout: SheetLayout, row_id: str) -> str:
    """Target to date: the yearly one, or by the period that contains the month (spec section 3)."""
    target = layout.address(row_id, "target")
    cara = layout.address(row_id, "cara_hitung")
    keys = [key for key in layout.keys(Kelompok.TARGET) if key != "target"]
    if not keys:
        return f'=IF(OR({cara}="",NOT(ISNUMBER({target}))),"",{target})'
    first = layout.address(row_id, keys[0])
    periods = f"{first}:{layout.address(row_id, keys[-1])}"
    bulan = layout.address(BARIS_BULAN, "terisi", fixed="column row")
    periode = f"ROUNDUP({bulan}*{len(keys)}/12,0)"
    current = f"INDEX({periods},{periode})"
    return (
        f'=IF(OR({bulan}=0,{cara}=""),"",IF({cara}="{CaraHitung.JUMLAH}",'
        f'IF(COUNT({first}:{current})={periode},SUM({first}:{current}),""),'
        f'IF(ISNUMBER({current}),{current},"")))'
    )


def _realisasi_sd(layout: SheetLayout, row_id: str) -> str:
    cara, bulan = layout.address(row_id, "cara_hitung"), _bulan(layout, row_id)
    offset = layout.column(KOLOM_REALISASI[0])
    last = f"INDEX({bulan},SUMPRODUCT(MAX(ISNUMBER({bulan})*(COLUMN({bulan})-{offset}))))"
    return (
        f'=IF(OR({cara}="",COUNT({bulan})=0),"",IF({cara}="{CaraHitung.JUMLAH}",SUM({bulan}),'
        f'IF({cara}="{CaraHitung.RATA_RATA}",AVERAGE({bulan}),{last})))'
    )


def _capaian(layout: SheetLayout, row_id: str, cap: float) -> str:
    r, t = layout.address(row_id, "realisasi_sd"), layout.address(row_id, "target_sd")
    minimal = f'{layout.address(row_id, "arah")}="{Arah.MINIMAL}"'
    raw = f"IF({minimal},100*(2*{t}-{r})/{t},100*{r}/{t})"
    zero = f'IF({minimal},IF({r}=0,{min(cap, 100)!r},0),"")'
    # the first ROUND takes away what binary division adds, as measures.py does
    counted = f"ROUND(ROUND(MAX(0,MIN({cap!r},{raw})),10),2)"
    return f'=IF(OR({r}="",{t}=""),"",IF({t}=0,{zero},{counted}))'


def _skala(layout: SheetLayout, row_id: str, lowest: float) -> str:
    r, t = layout.address(row_id, "realisasi_sd"), layout.address(row_id, "target_sd")
    capaian = layout.address(row_id, "capaian")
    word = f"LOOKUP(MAX({capaian},{lowest!r}),{DAFTAR_SKALA_BATAS},{DAFTAR_SKALA_SEBUTAN})"
    none = f'IF({t}="","{BELUM_DINILAI}","{TIDAK_DINILAI}")'
    return f'=IF({r}="","",IF({capaian}="",{none},{word}))'
