"""The form's live formulas. They give the figures of spec sections 3 and 4, as measures.py does.

Only functions that Excel 2010, LibreOffice and WPS share: no dynamic arrays, LET or XLOOKUP.
A formula that has nothing to show gives "", never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import Arah, CaraHitung
from iki_xl.form.jabatan import BULAN_ROW
from iki_xl.form.layout import ColumnGroup
from iki_xl.tables import NOT_ASSESSED, NOT_YET_ASSESSED, REALISASI_COLUMNS

if TYPE_CHECKING:
    from iki_xl.catalog import Referensi
    from iki_xl.form.jabatan import JabatanForm
    from iki_xl.form.layout import SheetLayout

# Defined names of the hidden list sheet.
SATUAN_LIST = "daftar_satuan"
TIPE_LIST = "daftar_tipe"
CARA_HITUNG_LIST = "daftar_cara_hitung"
HOW_TO_FILL_LIST = "daftar_cara_isi"
SKALA_BOUND_LIST = "daftar_skala_batas"
SKALA_LABEL_LIST = "daftar_skala_sebutan"
BULAN_LIST = "daftar_bulan"

# What the form's formulas outside the table (month, signature) hold; all of them show a text.
TEXT_FORMULAS = (BULAN_LIST, "&IF(")

HOW_TO_FILL = {
    CaraHitung.TOTAL: "isi tambahan bulan itu saja",
    CaraHitung.LAST: "isi posisi bulan itu",
    CaraHitung.MEAN: "isi nilai bulan itu",
}


def build_defined_lists(
    referensi: Referensi, bulan_names: tuple[str, ...]
) -> dict[str, tuple[str | float, ...]]:
    """Return the lists behind the defined names; the skala from the lowest bound upwards."""
    steps = referensi.skala[::-1]
    return {
        SATUAN_LIST: referensi.satuan,
        TIPE_LIST: tuple(t.nama for t in referensi.tipe),
        CARA_HITUNG_LIST: tuple(t.cara_hitung.value for t in referensi.tipe),
        HOW_TO_FILL_LIST: tuple(HOW_TO_FILL[t.cara_hitung] for t in referensi.tipe),
        SKALA_BOUND_LIST: tuple(s.threshold for s in steps),
        SKALA_LABEL_LIST: tuple(s.label for s in steps),
        BULAN_LIST: bulan_names,
    }


def build_row_formulas(form: JabatanForm, row_id: str) -> dict[str, str]:
    """Return field key -> formula for one indikator's row."""
    layout, referensi = form.layout, form.katalog.referensi
    return {
        "cara_isi": _look_up_by_tipe(layout, row_id, HOW_TO_FILL_LIST),
        "cara_hitung": _look_up_by_tipe(layout, row_id, CARA_HITUNG_LIST),
        "terisi": f"=IF(COUNT({_realisasi_area(layout, row_id)})>0,1,0)",
        "target_sd": _build_target_formula(layout, row_id),
        "realisasi_sd": _build_realisasi_formula(layout, row_id),
        "capaian": _build_capaian_formula(layout, row_id, referensi.capaian_cap),
        "skala": _build_skala_formula(layout, row_id, referensi.skala[-1].threshold),
    }


def build_bulan_formula(form: JabatanForm) -> str:
    """Number of the last month in which the sheet has an entry, 0 when it has none."""
    layout = form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = f"{layout.address(first, REALISASI_COLUMNS[0])}:{layout.address(last, REALISASI_COLUMNS[-1])}"
    return f"=SUMPRODUCT(MAX(ISNUMBER({area})*(COLUMN({area})-{layout.column(REALISASI_COLUMNS[0])})))"


def build_nama_bulan_formula(layout: SheetLayout) -> str:
    """Name of that month, for people."""
    bulan = layout.address(BULAN_ROW, "terisi")
    return f'=IF({bulan}=0,"(belum ada isian)",INDEX({BULAN_LIST},{bulan}))'


def _realisasi_area(layout: SheetLayout, row_id: str) -> str:
    return f"{layout.address(row_id, REALISASI_COLUMNS[0])}:{layout.address(row_id, REALISASI_COLUMNS[-1])}"


def _look_up_by_tipe(layout: SheetLayout, row_id: str, name: str) -> str:
    tipe = layout.address(row_id, "tipe_perhitungan")
    return f'=IF({tipe}="","",IFERROR(INDEX({name},MATCH({tipe},{TIPE_LIST},0)),""))'


def _build_target_formula(layout: SheetLayout, row_id: str) -> str:
    """Target to date: the yearly one, or by the period that contains the month (spec section 3)."""
    target = layout.address(row_id, "target")
    method = layout.address(row_id, "cara_hitung")
    keys = [key for key in layout.keys(ColumnGroup.TARGET) if key != "target"]
    if not keys:
        return f'=IF(OR({method}="",NOT(ISNUMBER({target}))),"",{target})'
    first = layout.address(row_id, keys[0])
    periods = f"{first}:{layout.address(row_id, keys[-1])}"
    bulan = layout.address(BULAN_ROW, "terisi", fixed="column row")
    period = f"ROUNDUP({bulan}*{len(keys)}/12,0)"
    current = f"INDEX({periods},{period})"
    return (
        f'=IF(OR({bulan}=0,{method}=""),"",IF({method}="{CaraHitung.TOTAL}",'
        f'IF(COUNT({first}:{current})={period},SUM({first}:{current}),""),'
        f'IF(ISNUMBER({current}),{current},"")))'
    )


def _build_realisasi_formula(layout: SheetLayout, row_id: str) -> str:
    method, bulan = layout.address(row_id, "cara_hitung"), _realisasi_area(layout, row_id)
    offset = layout.column(REALISASI_COLUMNS[0])
    last = f"INDEX({bulan},SUMPRODUCT(MAX(ISNUMBER({bulan})*(COLUMN({bulan})-{offset}))))"
    return (
        f'=IF(OR({method}="",COUNT({bulan})=0),"",IF({method}="{CaraHitung.TOTAL}",SUM({bulan}),'
        f'IF({method}="{CaraHitung.MEAN}",AVERAGE({bulan}),{last})))'
    )


def _build_capaian_formula(layout: SheetLayout, row_id: str, cap: float) -> str:
    r, t = layout.address(row_id, "realisasi_sd"), layout.address(row_id, "target_sd")
    minimal = f'{layout.address(row_id, "arah")}="{Arah.MINIMAL}"'
    raw = f"IF({minimal},100*(2*{t}-{r})/{t},100*{r}/{t})"
    zero = f'IF({minimal},IF({r}=0,{min(cap, 100)!r},0),"")'
    # the first ROUND takes away what binary division adds, as measures.py does
    counted = f"ROUND(ROUND(MAX(0,MIN({cap!r},{raw})),10),2)"
    return f'=IF(OR({r}="",{t}=""),"",IF({t}=0,{zero},{counted}))'


def _build_skala_formula(layout: SheetLayout, row_id: str, lowest: float) -> str:
    r, t = layout.address(row_id, "realisasi_sd"), layout.address(row_id, "target_sd")
    capaian = layout.address(row_id, "capaian")
    word = f"LOOKUP(MAX({capaian},{lowest!r}),{SKALA_BOUND_LIST},{SKALA_LABEL_LIST})"
    none = f'IF({t}="","{NOT_YET_ASSESSED}","{NOT_ASSESSED}")'
    return f'=IF({r}="","",IF({capaian}="",{none},{word}))'
