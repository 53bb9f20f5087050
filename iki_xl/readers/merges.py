"""Merged areas of a sheet, as every reader gathers them."""

from __future__ import annotations

from iki_xl.readers.book import Area, UnreadableError

# More than any person makes; a figure that stands in an unread one would be wrong, so such a file is refused.
AT_MOST = 250_000


class MergeList:
    """The merged areas of one sheet in the order of the file; an area of one cell is none."""

    __slots__ = ("_areas",)

    def __init__(self) -> None:
        self._areas: list[Area] = []

    def add(self, area: Area) -> None:
        """Add an area, whichever two of its corners are given.

        Raises:
            UnreadableError: there are more than `AT_MOST`.
        """
        top, left, bottom, right = area
        if (top, left) == (bottom, right):
            return
        if len(self._areas) >= AT_MOST:
            raise UnreadableError(f"sel gabungannya lebih dari {AT_MOST}")
        self._areas.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))

    def areas(self) -> tuple[Area, ...]:
        """Return the areas so far."""
        return tuple(self._areas)
