"""The parts of a package beside its sheets: read within limits of their own, never a reason to refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from iki_xl.readers.book import UnreadableError

if TYPE_CHECKING:
    from iki_xl.readers.package import ZipPackage

_T = TypeVar("_T")
Parse = Callable[[bytes, int], _T]
_MB = 1024 * 1024
# Notes and drawings of real workbooks take a few hundred kilobytes.
_LARGEST, _ALL = 16 * _MB, 48 * _MB


class SideParts:
    """Reads each part once; `unread` tells whether one was missing, damaged or too large."""

    def __init__(self, package: ZipPackage, depth: int) -> None:
        self._package, self._depth = package, depth
        self._left = _ALL
        self._known: dict[tuple[str, Parse[Any]], Any] = {}
        self.unread = False

    def has(self, name: str) -> bool:
        """Return whether the package has such a part."""
        return self._package.has(name)

    def read(self, name: str, parse: Parse[_T]) -> _T | None:
        """Return what `parse` makes of a part's bytes and the depth allowed; None if it cannot be read."""
        key = name.casefold(), parse
        if key not in self._known:
            self._known[key] = self._read(name, parse)
        found: _T | None = self._known[key]
        if found is None:
            self.unread = True
        return found

    def _read(self, name: str, parse: Parse[_T]) -> _T | None:
        size = self._package.size(name) if self.has(name) else None
        if size is None or size > min(_LARGEST, self._left):
            return None
        self._left -= size
        try:
            return parse(self._package.read(name), self._depth)
        except UnreadableError:
            return None
