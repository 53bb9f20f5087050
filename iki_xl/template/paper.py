"""The form on paper: F4 landscape, which columns stand on which page, where pages begin.

All pages of a sheet have one scale, that of the widest. What staff fill in and what comes of it stand on the
first page with TUGAS, FUNGSI and the signatures; the long texts follow on a page of their own, which repeats
who it is and the indikator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.form.jabatan import GROUP_ROW, SIGNATURE_ROWS, TABLE_HEAD_ROW, TITLE_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN, HEAD_LABEL_COLUMN, ColumnGroup
from iki_xl.template.form_sheet import FORM_FONT_SIZE
from iki_xl.template.mending import MENDING_WIDTH, has_note_column
from iki_xl.xlsx import measure_column_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlsxwriter.worksheet import Worksheet

    from iki_xl.template.form_sheet import FormSheet

_FOLIO = 14  # Excel's number of the paper
_PAPER_WIDTH, _PAPER_HEIGHT = 13.0, 8.5  # inches, landscape
_SIDE_MARGIN, _TOP_MARGIN, _BOTTOM_MARGIN = 0.25, 0.4, 0.55  # inches
_POINTS_PER_INCH, _POINTS_PER_PIXEL = 72, 0.75
_DEFAULT_ROW_HEIGHT = 15.0  # points
SMALLEST_PRINT = 8.0  # points on paper
# Pages are planned a little lower than they are, since programs round heights and scales.
_PLANNED_SHARE = 0.97
# Widths in characters that are enough for the texts below the table, and to sign.
_BOTTOM_WIDTH, _SIGNATURE_WIDTH = 80.0, 44.0

Span = tuple[str, str]


def measure_span(form_sheet: FormSheet, first: str, last: str) -> float:
    """Width in characters of the visible columns between two keys."""
    return sum(form_sheet.column_widths[key] for key in _list_visible_keys(form_sheet, (first, last)))


def choose_bottom_columns(form_sheet: FormSheet) -> Span:
    """First and last column of the texts below the table, all on the first page."""
    keys = _list_visible_keys(form_sheet, (HEAD_LABEL_COLUMN, list_page_spans(form_sheet)[0][1]))
    return keys[0], _take_columns(form_sheet, keys, _BOTTOM_WIDTH)


def choose_signature_columns(form_sheet: FormSheet) -> Span:
    """First and last column in which the pegawai signs: the last ones of the first page."""
    keys = _list_visible_keys(form_sheet, list_page_spans(form_sheet)[0])[::-1]
    return _take_columns(form_sheet, keys, _SIGNATURE_WIDTH), keys[0]


def _take_columns(form_sheet: FormSheet, keys: Iterable[str], enough: float) -> str:
    """Return the column with which the width is enough, else the last."""
    width, key = 0.0, ""
    for key in keys:
        width += form_sheet.column_widths[key]
        if width >= enough:
            break
    return key


def list_page_spans(form_sheet: FormSheet) -> tuple[Span, ...]:
    """First and last column of each page across; the months have their own where they would be too small."""
    layout = form_sheet.form.layout
    last_result, rest = layout.keys(ColumnGroup.RESULT)[-1], layout.keys(ColumnGroup.BASIS)[0]
    report, long_texts = ("no", last_result), (rest, layout.keys(ColumnGroup.EXPLANATIONS)[-1])
    if FORM_FONT_SIZE * _scale_to_paper(form_sheet, [report]) >= SMALLEST_PRINT:
        return report, long_texts
    months = layout.keys(ColumnGroup.REALISASI)[0]
    return ("no", layout.keys(ColumnGroup.TARGET)[-1]), (months, last_result), long_texts


def find_print_scale(form_sheet: FormSheet) -> float:
    """How large the sheet is on paper, of 1: as a program scales it that fits it to one page's width."""
    return _scale_to_paper(form_sheet, list_page_spans(form_sheet))


def _scale_to_paper(form_sheet: FormSheet, spans: Iterable[Span]) -> float:
    room = (_PAPER_WIDTH - 2 * _SIDE_MARGIN) * _POINTS_PER_INCH
    return min(1.0, room / max(_measure_page_width(form_sheet, span) for span in spans))


def _measure_page_width(form_sheet: FormSheet, span: Span) -> float:
    """Width of a page across in points; the later ones repeat the columns up to the indikator."""
    repeated = () if span[0] == "no" else _list_visible_keys(form_sheet, ("no", HEAD_ENTRY_COLUMN))
    keys = (*repeated, *_list_visible_keys(form_sheet, span))
    widths = [form_sheet.column_widths[key] for key in keys]
    if _has_notes_behind(form_sheet, span[1]):
        widths.append(MENDING_WIDTH)
    return sum(map(measure_column_pixels, widths)) * _POINTS_PER_PIXEL


def _has_notes_behind(form_sheet: FormSheet, last: str) -> bool:
    """True where the column of notes on what is to be mended stands behind this one."""
    return last == form_sheet.form.layout.fields[-1].key and has_note_column(form_sheet)


def _list_visible_keys(form_sheet: FormSheet, span: Span) -> tuple[str, ...]:
    layout = form_sheet.form.layout
    between = layout.fields[layout.column(span[0]) : layout.column(span[1]) + 1]
    return tuple(field.key for field in between if not field.hidden)


def prepare_form_print(sheet: Worksheet, form_sheet: FormSheet) -> None:
    """F4/Folio landscape, one page wide, the table's header on every page, page x of y."""
    layout, jabatan = form_sheet.form.layout, form_sheet.form.jabatan
    sheet.set_paper(_FOLIO)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=_SIDE_MARGIN, right=_SIDE_MARGIN, top=_TOP_MARGIN, bottom=_BOTTOM_MARGIN)
    sheet.repeat_rows(layout.row(GROUP_ROW), layout.row(TABLE_HEAD_ROW))
    sheet.repeat_columns(layout.column("no"), layout.column(HEAD_ENTRY_COLUMN))
    sheet.set_h_pagebreaks(list(_plan_page_starts(sheet, form_sheet)))
    _set_print_areas(sheet, form_sheet)
    name = jabatan.nama.replace("&", "&&")[:100]
    sheet.set_footer(f"&L&10{name}&R&10Halaman &P dari &N")


def _set_print_areas(sheet: Worksheet, form_sheet: FormSheet) -> None:
    """One area a page across; only the first goes on below the table."""
    form, layout, areas = form_sheet.form, form_sheet.form.layout, []
    spans = list_page_spans(form_sheet)
    for number, (first, last) in enumerate(spans if form.indikator else spans[:1]):
        end = form.indikator[-1].id if number else SIGNATURE_ROWS[-1]
        right = layout.column(last) + _has_notes_behind(form_sheet, last)
        sheet.print_area(layout.row(TITLE_ROW), layout.column(first), layout.row(end), right)
        areas.append(sheet.print_area_range)
    sheet.print_area_range = ",".join(areas)


def _plan_page_starts(sheet: Worksheet, form_sheet: FormSheet) -> Iterator[int]:
    """Row numbers (from 0) with which pages begin after the first, so that no block of rows is parted."""
    room = (_PAPER_HEIGHT - _TOP_MARGIN - _BOTTOM_MARGIN) * _POINTS_PER_INCH * _PLANNED_SHARE
    room /= find_print_scale(form_sheet)
    layout = form_sheet.form.layout
    repeated = sum(_find_row_height(sheet, layout.row(row_id)) for row_id in (GROUP_ROW, TABLE_HEAD_ROW))
    used = 0.0
    for rows in _list_blocks(form_sheet):
        height = sum(_find_row_height(sheet, row) for row in rows)
        if used and used + height > room:
            yield rows[0]
            used = repeated
        used += height


def _find_row_height(sheet: Worksheet, row: int) -> float:
    pixels, _ = sheet.row_sizes.get(row, (None, False))
    return _DEFAULT_ROW_HEIGHT if pixels is None else pixels * _POINTS_PER_PIXEL


def _list_blocks(form_sheet: FormSheet) -> Iterator[tuple[int, ...]]:
    """Rows that stay together: head and first indikator, a title and what follows, the end and signatures."""
    layout, below = form_sheet.form.layout, [row_id for row_id, _ in form_sheet.form.rows_below]
    head = layout.row_ids[layout.row(TITLE_ROW) : layout.row(TABLE_HEAD_ROW) + 1]
    titles = (row_id for row_id in below if row_id.startswith("#judul-"))
    together = {*head, *titles, below[-1], *SIGNATURE_ROWS[:-1]}
    block: list[int] = []
    for row_id in layout.row_ids[layout.row(TITLE_ROW) :]:
        block.append(layout.row(row_id))
        if row_id not in together:
            yield tuple(block)
            block = []
