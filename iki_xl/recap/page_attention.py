"""The rows of the first page that need attention, and who has not reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl import formulas
from iki_xl.a1 import spell_letters
from iki_xl.palette import GAP_COLOUR, HEAD_COLOUR, HEAD_SHADE, RECAP_FAINT_INK, RECAP_LINE_COLOUR
from iki_xl.recap import charts, page_layout
from iki_xl.recap.content import LiveFormula
from iki_xl.recap.grid import (
    BLOCK_TITLE_HEIGHT,
    WHOLE_WIDTH,
    FirstPage,
    count_text_lines,
    cut_text,
    list_names,
    measure_text_height,
)
from iki_xl.recap.layout import CellLook
from iki_xl.recap.page_layout import ATTENTION_BLOCK, PAGE_DATA, find_first_grid_column
from iki_xl.recap.page_notes import compose_notes_block
from iki_xl.recap.page_sources import (
    LINE_SPACING,
    NO_FIGURE,
    SMALL_FONT_SIZE,
    PageSources,
    link_to_sheet,
    write_indonesian_number,
)
from iki_xl.recap.sheets import not_reported
from iki_xl.recap.styles import colour_word
from iki_xl.reporters import ReportState

if TYPE_CHECKING:
    from iki_xl.recap.content import CellContent
    from iki_xl.recap.office_figures import AttentionItem
    from iki_xl.recap.styles import FormatProperties
    from iki_xl.reporters import Reporter


NO_ATTENTION_TEXT = "Tidak ada indikator yang perlu perhatian."
_MOST_TEXT_LINES = 5  # of a cell in the rows that need attention
_LEAST_ITEMS = 5
_HEAD_HEIGHT = 16.0


def write_attention(page: FirstPage, sources: PageSources) -> None:
    """The rows that need attention most, each with a link to its row in *Rekap Indikator*."""
    rows = _compose_attention_rows(page, sources)
    page.write_block_title("Indikator yang paling perlu perhatian", link_to_sheet(sources.rekap.nama))
    if not rows:
        text = NO_ATTENTION_TEXT if sources.figures.rows else "Belum ada laporan."
        page.write_paragraph(text, {"italic": True, "font_color": RECAP_FAINT_INK})
        return
    page.write_paragraph(
        _describe_attention_order(sources, len(rows)),
        {"font_size": SMALL_FONT_SIZE, "font_color": RECAP_FAINT_INK},
    )
    head: FormatProperties = {"bold": True, "font_size": SMALL_FONT_SIZE, **HEAD_SHADE.to_properties()}
    top = page.take_row(_HEAD_HEIGHT)
    for field in ATTENTION_BLOCK:
        start = find_first_grid_column(ATTENTION_BLOCK, field.key)
        align = "left" if field.look is CellLook.TEXT else "center"
        page.write(
            top, (start, start + field.span - 1), field.title, {**head, "align": align, "shrink": True}
        )
    for at, row in enumerate(rows):
        _write_attention_row(page, sources, at, row)
    column = find_first_grid_column(ATTENTION_BLOCK, "skala")
    for word, colours in page.styles.skala(sources.steps):
        colour_word(page.sheet, (top + 1, column, page.rows - 1, column), word, colours)


def _describe_attention_order(sources: PageSources, shown: int) -> str:
    below = f"di bawah {write_indonesian_number(sources.steps[0].threshold)} " if sources.steps else ""
    return (
        f"{shown} dari {sources.figures.attention_count}, urut: capaian {below}dari yang terendah; target 0 "
        "yang ada realisasinya; diisi tetapi belum dapat dinilai; belum diisi. Klik nomor untuk ke barisnya."
    )


def _compose_attention_rows(page: FirstPage, sources: PageSources) -> list[tuple[float, dict[str, str]]]:
    """Height and texts of each row, with as many lines as leave room for the rest of the page.

    Where even the shortest leave none, the last rows give way.
    """
    items = sources.figures.attention
    order = _describe_attention_order(sources, len(items))
    above = BLOCK_TITLE_HEIGHT + measure_text_height(order, WHOLE_WIDTH, SMALL_FONT_SIZE) + _HEAD_HEIGHT
    room = page_layout.PAGE_HEIGHT - _measure_blocks_below(sources) - page.height - above
    rows: list[tuple[float, dict[str, str]]] = []
    for lines in range(_MOST_TEXT_LINES, 1, -1):
        rows = [_cut_attention_texts(sources, row, lines) for row in items]
        if sum(height for height, _ in rows) <= room:
            break
    while len(rows) > _LEAST_ITEMS and sum(height for height, _ in rows) > room:
        rows.pop()
    return rows


def _cut_attention_texts(
    sources: PageSources, row: AttentionItem, lines: int
) -> tuple[float, dict[str, str]]:
    item = sources.content.katalog.indikator_by_id[row.id_indikator]
    whole = {
        "jabatan": sources.content.katalog.jabatan_by_id[item.id_jabatan].nama,
        "nama": row.nama,
        "indikator": item.indikator,
        "kendala": row.kendala or NO_FIGURE,
        "tindak_lanjut": row.tindak_lanjut or NO_FIGURE,
    }
    fields = {
        field.key: (find_first_grid_column(ATTENTION_BLOCK, field.key), field.span)
        for field in ATTENTION_BLOCK
    }
    areas = {key: (start, start + width - 1) for key, (start, width) in fields.items()}
    texts = {key: cut_text(text, areas[key], lines, SMALL_FONT_SIZE) for key, text in whole.items()}
    used = max(count_text_lines(text, areas[key], SMALL_FONT_SIZE) for key, text in texts.items())
    return max(used, 2) * SMALL_FONT_SIZE * LINE_SPACING + 2, texts


def _write_attention_row(
    page: FirstPage, sources: PageSources, n: int, content: tuple[float, dict[str, str]]
) -> None:
    row, (height, texts) = sources.figures.attention[n], content
    contents: dict[str, CellContent] = {
        **texts,
        "no": _make_row_link(sources, n),
        "capaian": _look_up_figure(sources, n, "capaian", row.capaian),
        "skala": _look_up_figure(sources, n, "skala", row.words),
    }
    line: FormatProperties = {
        "font_size": SMALL_FONT_SIZE,
        "bottom": 1,
        "bottom_color": RECAP_LINE_COLOUR,
        "text_wrap": True,
    }
    looks: dict[CellLook, FormatProperties] = {
        CellLook.CENTRED: {"align": "center", "underline": 1, "font_color": HEAD_COLOUR},
        CellLook.PERCENT: {"align": "center", "num_format": "0.00", "bold": True},
        CellLook.SKALA: {"align": "center"},
    }
    at = page.take_row(height)
    for field in ATTENTION_BLOCK:
        start = find_first_grid_column(ATTENTION_BLOCK, field.key)
        look = {**line, **looks.get(field.look, {})}
        if field.key == "kendala":  # apart from the dark cell before it
            look |= {"left": 5, "left_color": GAP_COLOUR}
        page.write(at, (start, start + field.span - 1), contents[field.key], look)


def _make_row_link(sources: PageSources, n: int) -> LiveFormula:
    """The row's number here; a click opens its row there, wherever that has been sorted to."""
    place, column = (
        PAGE_DATA.cell(n, "posisi"),
        spell_letters(sources.rekap.find_column("indikator")),
    )
    target = formulas.quote_text(f"#'{sources.rekap.nama}'!{column}")
    link = f"HYPERLINK({target}&({place}+{sources.rekap.find_row(0)}),{n + 1})"
    return LiveFormula(f"=IF({place}=0,{n + 1},{link})", n + 1)


def _look_up_figure(sources: PageSources, n: int, key: str, value: str | float | None) -> LiveFormula:
    place = PAGE_DATA.cell(n, "posisi")
    cached = "" if value is None else value
    return LiveFormula(f'=IF({place}=0,"",INDEX({sources.columns(key)},{place}))', cached)


def _measure_blocks_below(sources: PageSources) -> float:
    """Points that the blocks below the rows that need attention take."""
    missing = measure_text_height(_name_not_reported(sources), WHOLE_WIDTH, SMALL_FONT_SIZE)
    return 2 * BLOCK_TITLE_HEIGHT + missing + sum(compose_notes_block(sources.content).height)


def write_not_reported(page: FirstPage, sources: PageSources) -> None:
    page.write_block_title("Belum melapor", link_to_sheet(not_reported.NOT_REPORTED_SHEET.nama))
    page.write_paragraph(_name_not_reported(sources), {"font_size": SMALL_FONT_SIZE})


def _name_not_reported(sources: PageSources) -> str:
    """Who has not reported, by name, as many as fit."""
    missing = sources.figures.not_reported
    if not missing:
        return not_reported.NOT_REPORTED_SHEET.empty_note
    states = sorted(missing, key=lambda p: list(ReportState).index(p.state))
    names = [_name_missing(person) for person in states]
    lines = 3 if charts.count_name_lines(len(sources.unit)) > 1 else 2  # many bars leave less room
    return list_names([f"{len(names)} pelapor: {names[0]}", *names[1:]], WHOLE_WIDTH, lines, SMALL_FONT_SIZE)


def _name_missing(person: Reporter) -> str:
    """Name and jabatan, and since when where they reported before."""
    told = "" if person.state is ReportState.SILENT else person.told
    more = ", ".join(filter(None, (person.nama, told)))
    return f"{person.jabatan.nama} ({more})" if more else person.jabatan.nama
