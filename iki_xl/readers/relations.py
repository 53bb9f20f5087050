"""The relationships of a package's parts: which part or address stands behind an id.

Source: ECMA-376 part 2, 9.3.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from iki_xl.readers.book import Extra
from iki_xl.readers.xml_pass import map_xml_names, walk_part

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = map_xml_names(("http://schemas.openxmlformats.org/package/2006/relationships",), ("Relationship",))
_REMEMBERED = 64 * 1024
# Relationships of a workbook that lead to what is never followed or run.
EXTRA_KINDS = {
    "vbaProject": Extra.MACROS,
    "xlMacrosheet": Extra.MACROS,
    "xlIntlMacrosheet": Extra.MACROS,
    "externalLink": Extra.EXTERNAL_LINKS,
    "connections": Extra.EXTERNAL_LINKS,
}


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a relationship leads: kind is the last word of its type.

    `target` is the part's name without a leading "/", or what lies outside as it is written.
    """

    kind: str
    target: str
    external: bool = False


@lru_cache(maxsize=1_024)
def relations_part(part: str) -> str:
    """Return the name of the part that holds a part's relationships; "" stands for the package."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def read_relations(content: bytes, part: str, depth: int) -> Mapping[str, Relation]:
    """Return the relationships of `part` by their ids.

    Raises:
        UnreadableError: the content is no well-formed XML, or nests deeper than `depth`.
    """
    # workbooks of one template, saved by one program, have these small parts in common
    read = _same if len(content) <= _REMEMBERED else _same.__wrapped__
    return read(content, posixpath.dirname(part), depth)


def target_of(related: Mapping[str, Relation], kind: str, otherwise: str = "") -> str:
    """Return the first part of a kind."""
    return next((r.target for r in related.values() if r.kind == kind and not r.external), otherwise)


@lru_cache(maxsize=256)
def _same(content: bytes, folder: str, depth: int) -> Mapping[str, Relation]:
    found: dict[str, Relation] = {}

    def relation(attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        external = attributes.get("TargetMode") == "External"
        if not external:
            path = posixpath.join("/", folder, unquote(target).replace("\\", "/"))
            target = posixpath.normpath(path).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2].replace("Properties", "-properties")
        found[attributes.get("Id", "")] = Relation(kind, target, external)

    walk_part(content, depth, dict.fromkeys(_NAMES, relation))
    return found
