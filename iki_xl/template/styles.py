"""Cell formats of the template: what may be filled in looks like it, on screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.palette import FORM_LINE_COLOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

Props = str | float | bool


class FormStyles:
    """Cell formats of one workbook; equal properties give the same format."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, Props], ...], Format] = {}
        self._kept: dict[Hashable, Format] = {}

    def __call__(self, *, locked: bool = True, **properties: Props) -> Format:
        """Return the format with these xlsxwriter properties; locked unless said otherwise."""
        key = (("locked", locked), *sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(dict(key))
        return self._formats[key]

    def get_or_make(self, key: Hashable, make: Callable[[], Format]) -> Format:
        """Return the format kept under a key of the caller's; made the first time."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def rule(self, **properties: Props) -> Format:
        """Return a format for a conditional format, which carries no protection."""
        return self._workbook.add_format(properties)

    def boxed(self, *, locked: bool = True, **properties: Props) -> Format:
        """Return the same with a thin border, wrapped and aligned to the top."""
        base: dict[str, Props] = {
            "border": 1,
            "border_color": FORM_LINE_COLOUR,
            "text_wrap": True,
            "valign": "top",
        }
        return self(locked=locked, **{**base, **properties})
