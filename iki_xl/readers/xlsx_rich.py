"""Rich values of an .xlsx: whether an error in a cell stands for a picture that was placed there.

To programs that do not know rich values, a cell with one holds #VALUE!. Source: Microsoft, [MS-XLSX] 2.3.6.1,
2.6.206.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from iki_xl.readers.xml_pass import walk_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iki_xl.readers.relations import Relation
    from iki_xl.readers.side_parts import SideParts

_T = TypeVar("_T")
_PICTURES = {"_localImage", "_webimage"}
_RICH = "XLRICHVALUE"
_KINDS_OF_PARTS = ("sheetMetadata", "rdRichValue", "rdRichValueStructure")
_DIGITS = 9


class RichValues:
    """What the rich values of a workbook are; the parts are read when one is asked for."""

    def __init__(self, related: Mapping[str, Relation], parts: SideParts) -> None:
        self._targets = {found.kind: found.target for found in related.values() if not found.external}
        self._parts = parts
        self._kinds: Sequence[str] | None = None

    def is_picture(self, number: str) -> bool:
        """Tell by a cell's `vm`; where the workbook does not say what it is, it is a picture."""
        if self._kinds is None:
            self._kinds = self._read()
        at = _whole(number) - 1
        kind = self._kinds[at] if 0 <= at < len(self._kinds) else ""
        return not kind or kind in _PICTURES

    def _read(self) -> Sequence[str]:
        """Return the kind of each value in the order of the metadata, "" where it is not known."""
        metadata, values, structures = map(self._lists, _KINDS_OF_PARTS)
        kinds = []
        for number, value in metadata.references:
            rich = _at(metadata.types, number - 1, "") == _RICH
            place = _at(metadata.rich, value, -1) if rich else -1
            kinds.append(_at(structures.kinds, _at(values.structures, place, -1), ""))
        return kinds

    def _lists(self, kind: str) -> _Lists:
        target = self._targets.get(kind, "")
        found = self._parts.read(target, _parse) if target else None
        return found or _Lists()


class _Lists:
    """The lists that stand in the three parts, whichever of them are there."""

    def __init__(self) -> None:
        self.types: list[str] = []
        self.rich: list[int] = []
        self.references: list[tuple[int, int]] = []
        self.structures: list[int] = []
        self.kinds: list[str] = []
        self._inside = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in ("futureMetadata", "valueMetadata", "cellMetadata"):
            self._inside = name if attributes.get("name", _RICH) == _RICH else ""
        elif name == "metadataType":
            self.types.append(attributes.get("name", ""))
        elif name == "rvb" and self._inside == "futureMetadata":
            self.rich.append(_whole(attributes.get("i", "")))
        elif name == "rc" and self._inside == "valueMetadata":
            self.references.append((_whole(attributes.get("t", "")), _whole(attributes.get("v", ""))))
        elif name == "rv":
            self.structures.append(_whole(attributes.get("s", "")))
        elif name == "s":
            self.kinds.append(attributes.get("t", ""))

    def end(self, name: str) -> None:
        """Nothing ends here that matters."""

    def text(self, text: str) -> None:
        """No text of these parts matters."""


def _parse(content: bytes, depth: int) -> _Lists:
    lists = _Lists()
    walk_names(content, depth, lists)
    return lists


def _whole(text: str) -> int:
    """Return a number that counts from 0, -1 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else -1


def _at(items: Sequence[_T], place: int, otherwise: _T) -> _T:
    return items[place] if 0 <= place < len(items) else otherwise
