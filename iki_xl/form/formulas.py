"""The form's live formulas: which of its cells feed which rule of formulas.py, and the lists they look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import Arah, CaraHitung, RincianTarget, Sebaran
from iki_xl.form.jabatan import BULAN_ROW
from iki_xl.form.layout import ColumnGroup
from iki_xl.formulas import (
    SEBARAN_WORDS,
    choose_branch,
    find_last_filled,
    find_period,
    quote_text,
    write_direct_capaian,
    write_realisasi_sd,
    write_skala,
    write_spread_target,
    write_status,
    write_target_sd,
)
from iki_xl.tables import CHOOSE_TIPE_FIRST, REALISASI_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iki_xl.catalog import Referensi, SkalaStep
    from iki_xl.form.jabatan import JabatanForm
    from iki_xl.form.layout import SheetLayout

# Defined names of the hidden list sheet.
SATUAN_LIST = "daftar_satuan"
TIPE_LIST = "daftar_tipe"
CARA_HITUNG_LIST = "daftar_cara_hitung"
HOW_TO_FILL_LIST = "daftar_cara_isi"
BULAN_LIST = "daftar_bulan"

# Where a month would be named while the sheet has no entry.
NO_ENTRY_YET = "(belum ada isian)"
_FOR_MONTH = " untuk bulan "

# What the form's formulas outside the table (month, signature) hold; all of them show a text.
TEXT_FORMULAS = (BULAN_LIST, "&IF(")

_HINT_SEPARATOR = "; "
HOW_TO_FILL = {
    CaraHitung.TOTAL: "isi tambahan bulan itu saja",
    CaraHitung.LAST: "isi posisi bulan itu",
    CaraHitung.MEAN: "isi nilai bulan itu",
}


def build_defined_lists(
    referensi: Referensi, bulan_names: tuple[str, ...]
) -> dict[str, tuple[str | float, ...]]:
    """Return the lists behind the defined names."""
    return {
        SATUAN_LIST: referensi.satuan,
        TIPE_LIST: tuple(t.nama for t in referensi.tipe),
        CARA_HITUNG_LIST: tuple(t.cara_hitung.value for t in referensi.tipe),
        HOW_TO_FILL_LIST: tuple(HOW_TO_FILL[t.cara_hitung] for t in referensi.tipe),
        BULAN_LIST: bulan_names,
    }


def build_row_formulas(form: JabatanForm, row_id: str) -> dict[str, str]:
    """Return field key -> formula for one indikator's row."""
    layout, referensi = form.layout, form.katalog.referensi
    sebaran = form.find_sebaran(row_id)
    named = _name_sebaran(layout, row_id, sebaran)
    return {
        "cara_isi": _look_up_by_tipe(layout, row_id, HOW_TO_FILL_LIST, named),
        "cara_hitung": _look_up_by_tipe(layout, row_id, CARA_HITUNG_LIST),
        "terisi": _build_filled_formula(layout, row_id),
        "target_sd": _build_target_formula(layout, row_id, sebaran),
        "realisasi_sd": _build_realisasi_formula(layout, row_id),
        "capaian": _build_capaian_formula(layout, row_id, referensi.capaian_cap),
        "skala": _build_skala_formula(layout, row_id, referensi.skala, sebaran),
    }


def describe_how_to_fill(cara_hitung: CaraHitung, sebaran: Sebaran) -> str:
    """How a row is filled in and, behind it, what the office chose for its target (spec section 3)."""
    own = sebaran.find_effect(RincianTarget.YEARLY, cara_hitung)
    return HOW_TO_FILL[cara_hitung] + (_HINT_SEPARATOR + SEBARAN_WORDS[own] if own else "")


def build_bulan_formula(form: JabatanForm) -> str:
    """Number of the last month in which the sheet has an entry, 0 when it has none."""
    layout = form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = f"{layout.address(first, REALISASI_COLUMNS[0])}:{layout.address(last, REALISASI_COLUMNS[-1])}"
    return f"={find_last_filled(area, layout.address(first, REALISASI_COLUMNS[0]))}"


def build_nama_bulan_formula(layout: SheetLayout) -> str:
    """Name of that month, for people."""
    bulan = layout.address(BULAN_ROW, "terisi")
    return f'=IF({bulan}=0,"{NO_ENTRY_YET}",INDEX({BULAN_LIST},{bulan}))'


def build_progress_formula(form: JabatanForm, refer: Callable[[str], str]) -> str:
    """How many rows are filled in for that month; `refer` makes an address one that another sheet can use."""
    layout = form.layout
    first, last = (layout.address(item.id, "terisi") for item in (form.indikator[0], form.indikator[-1]))
    bulan = refer(layout.address(BULAN_ROW, "terisi"))
    count = quote_text(f" dari {len(form.indikator)} indikator terisi")
    month = f'IF({bulan}=0,"",{quote_text(_FOR_MONTH)}&INDEX({BULAN_LIST},{bulan}))'
    return f"=SUM({refer(f'{first}:{last}')})&{count}&{month}"


def phrase_progress(filled: int, total: int, bulan: str) -> str:
    """What that formula shows: `filled` of `total` rows, for a month by name ("" for none)."""
    return f"{filled} dari {total} indikator terisi{_FOR_MONTH + bulan if bulan else ''}"


def _realisasi_area(layout: SheetLayout, row_id: str) -> str:
    return f"{layout.address(row_id, REALISASI_COLUMNS[0])}:{layout.address(row_id, REALISASI_COLUMNS[-1])}"


def _build_filled_formula(layout: SheetLayout, row_id: str) -> str:
    """1 where the row has a figure in the month that the sheet reaches to, else 0."""
    bulan = _address_bulan(layout)
    return f"=IF({bulan}=0,0,IF(ISNUMBER(INDEX({_realisasi_area(layout, row_id)},{bulan})),1,0))"


def _look_up_by_tipe(layout: SheetLayout, row_id: str, name: str, more: str = "") -> str:
    tipe = layout.address(row_id, "tipe_perhitungan")
    return f'=IF({tipe}="","",IFERROR(INDEX({name},MATCH({tipe},{TIPE_LIST},0)){more},""))'


def _name_sebaran(layout: SheetLayout, row_id: str, sebaran: Sebaran) -> str:
    """What follows the hint how to fill a row in: the sebaran, under the tipe that it has an effect on."""
    if not sebaran:
        return ""
    words = quote_text(_HINT_SEPARATOR + SEBARAN_WORDS[sebaran])
    if sebaran is Sebaran.EVEN:
        words = choose_branch(layout.address(row_id, "cara_hitung"), (CaraHitung.TOTAL, words))
    return f"&{words}"


def _build_target_formula(layout: SheetLayout, row_id: str, sebaran: Sebaran) -> str:
    """Target to date: the yearly one, or by the period that contains the sheet's last month."""
    cara_hitung = layout.address(row_id, "cara_hitung")
    bulan = _address_bulan(layout)
    keys = [key for key in layout.keys(ColumnGroup.TARGET) if key != "target"]
    if not keys:
        target = layout.address(row_id, "target")
        whole = write_target_sd(target, 1)
        if not sebaran:
            return f'=IF({cara_hitung}="","",{whole})'
        due = write_spread_target(sebaran, target, bulan)
        if sebaran is Sebaran.EVEN:
            due = choose_branch(cara_hitung, (CaraHitung.TOTAL, due), otherwise=whole)
        return f'=IF(OR({bulan}=0,{cara_hitung}=""),"",{due})'
    period = find_period(bulan, len(keys))
    first = layout.address(row_id, keys[0])
    current = f"INDEX({first}:{layout.address(row_id, keys[-1])},{period})"
    so_far = (CaraHitung.TOTAL, write_target_sd(f"{first}:{current}", period))
    needed = choose_branch(cara_hitung, so_far, otherwise=write_target_sd(current, 1))
    return f'=IF(OR({bulan}=0,{cara_hitung}=""),"",{needed})'


def _address_bulan(layout: SheetLayout) -> str:
    """The hidden cell with the month that the sheet's figures reach to."""
    return layout.address(BULAN_ROW, "terisi", fixed="column row")


def _build_realisasi_formula(layout: SheetLayout, row_id: str) -> str:
    cells, first = _realisasi_area(layout, row_id), layout.address(row_id, REALISASI_COLUMNS[0])
    branches = ((way, write_realisasi_sd(way, cells, first)) for way in CaraHitung)
    return f"={choose_branch(layout.address(row_id, 'cara_hitung'), *branches)}"


def _build_capaian_formula(layout: SheetLayout, row_id: str, cap: float) -> str:
    target, realisasi = (layout.address(row_id, key) for key in ("target_sd", "realisasi_sd"))
    minimal = (Arah.MINIMAL, write_direct_capaian(Arah.MINIMAL, target, realisasi, cap))
    maximal = write_direct_capaian(Arah.MAXIMAL, target, realisasi, cap)
    return f"={choose_branch(layout.address(row_id, 'arah'), minimal, otherwise=maximal)}"


def _build_skala_formula(
    layout: SheetLayout, row_id: str, steps: Sequence[SkalaStep], sebaran: Sebaran
) -> str:
    """The word of the skala, or why there is none; nothing while nothing was reported."""
    target, realisasi = (layout.address(row_id, key) for key in ("target_sd", "realisasi_sd"))
    months, cara_hitung = _realisasi_area(layout, row_id), layout.address(row_id, "cara_hitung")
    waiting = f'IF(AND({cara_hitung}="",COUNTA({months})>0),{quote_text(CHOOSE_TIPE_FIRST)},"")'
    status = write_status(target, realisasi, sebaran, _address_bulan(layout))
    without = f"IF(COUNT({realisasi})=0,{waiting},{status})"
    return f"={write_skala(layout.address(row_id, 'capaian'), steps, without)}"
