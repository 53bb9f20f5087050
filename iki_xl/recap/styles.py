"""How the recap looks: fonts, colours and number formats, each format made once per workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from iki_xl.formulas import quote_text
from iki_xl.palette import (
    GAP_COLOUR,
    HEAD_COLOUR,
    HEAD_SHADE,
    LEFT_OUT_SHADE,
    LINK_COLOUR,
    NOT_REPORTED_SHADE,
    RECAP_ATTENTION_SHADE,
    RECAP_ERROR_SHADE,
    RECAP_INK,
    RECAP_LINE_COLOUR,
    RECAP_SKALA,
    TILE_FILL,
    spread_shades,
)
from iki_xl.recap.content import CellMark, LiveFormula, SheetLink
from iki_xl.recap.layout import NUMBER_LOOKS, CellLook
from iki_xl.tables import ASSESSED_AT_YEAR_END, NOT_ASSESSED, NOT_REPORTED, NOT_YET_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog import SkalaStep
    from iki_xl.recap.content import CellContent

FormatProperties: TypeAlias = "dict[str, Any]"  # xlsxwriter's format properties

TABLE_FONT_SIZE = 10
INVALID_LOOK: FormatProperties = {**RECAP_ERROR_SHADE.to_properties(), "bold": True, "align": "center"}
_LEFT_OUT_LOOK: FormatProperties = {**LEFT_OUT_SHADE.to_properties(), "italic": True}
STATUS_LOOKS: dict[str, FormatProperties] = {
    NOT_REPORTED: {**NOT_REPORTED_SHADE.to_properties(), "italic": True},
    NOT_YET_ASSESSED: _LEFT_OUT_LOOK,
    NOT_ASSESSED: _LEFT_OUT_LOOK,
    ASSESSED_AT_YEAR_END: _LEFT_OUT_LOOK,
}
_TOTAL_ROW_LOOK: FormatProperties = {"bg_color": TILE_FILL, "bold": True, "top": 2, "top_color": HEAD_COLOUR}
_LOOKS_BY_TYPE: dict[type, FormatProperties] = {
    CellMark: INVALID_LOOK,
    SheetLink: {"font_color": LINK_COLOUR, "underline": 1},
}
LEVEL_LOOKS: dict[str, FormatProperties] = {
    "galat": {**RECAP_ERROR_SHADE.to_properties(), "bold": True},
    "peringatan": RECAP_ATTENTION_SHADE.to_properties(),
}
WHOLE_NUMBER_FORMAT = "#,##0"
FRACTION_FORMAT = "#,##0.0###"
TWO_DECIMALS_FORMAT = "#,##0.00"
LARGE_NUMBER = 100_000  # from here on decimals are in the cell but not shown


class RecapStyles:
    """Formats of one workbook; asking twice gives the same one."""

    def __init__(self, workbook: Workbook, bulan: int) -> None:
        self.workbook = workbook
        self._bulan = bulan
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._cells: dict[tuple[object, ...], Format] = {}

    def format(self, properties: FormatProperties) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {
                "font_size": TABLE_FONT_SIZE,
                "font_color": RECAP_INK,
                "valign": "vcenter",
                "locked": True,
            }
            self._made[key] = self.workbook.add_format({**base, **properties})
        return self._made[key]

    def head(self) -> Format:
        """Head of a table."""
        return self.format(
            {
                "bold": True,
                **HEAD_SHADE.to_properties(),
                "border": 1,
                "border_color": GAP_COLOUR,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )

    def cell(
        self,
        look: CellLook,
        content: CellContent,
        *,
        dimmed: bool = False,
        total: bool = False,
        indent: int = 0,
    ) -> Format:
        """Cell of a table: by its column's kind and by what stands in it.

        Args:
            look: the column's kind.
            content: what stands in the cell.
            dimmed: it does not count.
            total: it belongs to a row of totals.
            indent: steps that its text is indented by.
        """
        number = choose_number_format(look, content, self._bulan) if look in NUMBER_LOOKS else ""
        layers = tuple(layer for kind, layer in _LOOKS_BY_TYPE.items() if isinstance(content, kind))
        key = (look, number, dimmed, total, indent, len(layers) and id(layers[0]))
        if key not in self._cells:
            properties: FormatProperties = {
                "border": 1,
                "border_color": RECAP_LINE_COLOUR,
                **self._find_look_properties(look, number),
            }
            for wanted, layer in (
                (dimmed, _LEFT_OUT_LOOK),
                (total, _TOTAL_ROW_LOOK),
                (indent, {"indent": indent}),
            ):
                properties |= layer if wanted else {}
            for layer in layers:
                properties |= layer
            self._cells[key] = self.format(properties)
        return self._cells[key]

    def _find_look_properties(self, look: CellLook, number: str) -> FormatProperties:
        if look in NUMBER_LOOKS:
            align = "center" if look in {CellLook.WHOLE, CellLook.FILLED} else "right"
            return {"num_format": number, "align": align, "shrink": True}
        if look is CellLook.TEXT:
            return {"text_wrap": True, "num_format": "@"}
        return {"text_wrap": True, "align": "center"}

    def skala(self, steps: Sequence[SkalaStep]) -> list[tuple[str, Format]]:
        """Word and colours of each step, for conditional formats."""
        worst = {RECAP_SKALA[-1]: {"bold": True}}
        return [
            (step.label, self.workbook.add_format({**shade.to_properties(), **worst.get(shade, {})}))
            for step, shade in zip(steps, spread_shades(RECAP_SKALA, len(steps)), strict=True)
        ]

    def mark(self, properties: FormatProperties) -> Format:
        """A format for a conditional rule: only what the rule changes."""
        return self.workbook.add_format(properties)


def choose_number_format(look: CellLook, content: CellContent, bulan: int) -> str:
    """Number format: whole numbers without decimals, so that 12 is not shown as "12,"."""
    if look is CellLook.FILLED:
        return f'0" dari {bulan}"'
    if look is CellLook.PERCENT:
        return TWO_DECIMALS_FORMAT
    return (
        FRACTION_FORMAT
        if _has_decimals(content.value if isinstance(content, LiveFormula) else content)
        else WHOLE_NUMBER_FORMAT
    )


def _has_decimals(value: object) -> bool:
    return isinstance(value, float) and not value.is_integer() and abs(value) < LARGE_NUMBER


def count_number_letters(look: CellLook, content: CellContent) -> int:
    """Characters that a number takes in a cell; 0 for a text."""
    value = content.value if isinstance(content, LiveFormula) else content
    if not isinstance(value, (int, float)):
        return 0
    if look is CellLook.PERCENT:
        return len(f"{value:,.2f}")
    return len(f"{value:,.4f}".rstrip("0")) if _has_decimals(value) else len(f"{value:,.0f}")


def colour_word(sheet: Worksheet, area: tuple[int, int, int, int], word: str, cell_format: Format) -> None:
    """Colour the cells of an area (first row, first column, last row, last column) that hold this word."""
    sheet.conditional_format(
        *area, {"type": "cell", "criteria": "==", "value": quote_text(word), "format": cell_format}
    )
