"""An .xlsx or .xlsm package as a `BookCells`: one streaming pass a part, no library, nothing executed."""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from iki_xl.readers.book import BookCells, Cell, UnreadableError
from iki_xl.readers.formats import EPOCH_1900, EPOCH_1904
from iki_xl.readers.in_cell import as_seen
from iki_xl.readers.relations import EXTRA_KINDS, Relation, read_relations, relations_part, target_of
from iki_xl.readers.runs import INHERITED, Run, text_as_seen
from iki_xl.readers.xlsx_quick import NotPlainError, cut_texts, parse_shared_text
from iki_xl.readers.xlsx_shared import Allowance, SharedParts
from iki_xl.readers.xlsx_sheet import MAIN_NAMESPACES, read_sheet_part
from iki_xl.readers.xlsx_styles import RUN_TAGS, Styles, joined, read_styles, run_face
from iki_xl.readers.xml_pass import (
    MalformedError,
    build_depth_error,
    has_plain_names,
    make_parser,
    map_xml_names,
    parse_utc_moment,
    read_element_texts,
    run_parser,
    walk_part,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from iki_xl.readers.book import Limits
    from iki_xl.readers.formats import NumberFormat
    from iki_xl.readers.package import ZipPackage
    from iki_xl.readers.xlsx_around import SheetPart

_CORE = map_xml_names(("http://purl.org/dc/terms/",), ("modified",))
_TRUE = ("1", "true")
_NO_SHEETS = "di dalamnya tidak ada lembar kerja"


def read_xlsx(package: ZipPackage, limits: Limits) -> BookCells:
    """Read every filled cell of every worksheet, and what the workbook says of itself.

    Returns: sheets in the order of their tabs (chart sheets left out), `saved` from the core
        properties.

    Raises:
        UnreadableError: a part is missing, damaged, hostile or over a limit.

    Source: ECMA-376 part 1 (transitional and strict) and part 2.
    """
    root = _relations(package, "", limits)
    book = target_of(root, "officeDocument", "xl/workbook.xml")
    related = _relations(package, book, limits)
    names, epoch = _read_workbook_part(package.read(book), limits)
    sheets = []
    for name, relation in names:
        target = related.get(relation)
        if target is None or target.external:
            raise UnreadableError(f"lembar “{name[:31]}” tidak ada di dalamnya")
        if target.kind == "worksheet":
            sheets.append((name, target.target))
    if not sheets:
        raise UnreadableError(_NO_SHEETS)
    texts = target_of(related, "sharedStrings")
    styles = target_of(related, "styles")
    shown = _read_shared_texts(package.read(texts), limits) if package.has(texts) else NO_TEXTS
    looks = _styles(package, styles, limits)
    shared = SharedParts(shown.seen, looks.formats, epoch, shown.runs, looks.faces)
    allowance = Allowance.from_limits(limits)
    read = [
        (read_sheet_part(name, package.read(part), shared, limits, allowance), part) for name, part in sheets
    ]
    saved = _read_core_saved(package, target_of(root, "core-properties", "docProps/core.xml"), limits)
    lost = isinstance(shared.formats, LostFormats) and shared.formats.missed
    if _alone(package, related, read):
        return BookCells(tuple(sheet.sheet for sheet, _ in read), saved, formats_known=not lost)
    from iki_xl.readers.xlsx_beside import complete  # most returned workbooks have nothing beside their cells

    done, extras = complete(package, related, read, limits)
    return BookCells(done, saved, extras, formats_known=not lost)


def _alone(
    package: ZipPackage, related: Mapping[str, Relation], sheets: Iterable[tuple[SheetPart, str]]
) -> bool:
    """Return whether neither the workbook nor a sheet points to a part that says more than the cells do."""
    if any(relation.kind in EXTRA_KINDS for relation in related.values()):
        return False
    return not any(sheet.rich or package.has(relations_part(part)) for sheet, part in sheets)


def _relations(package: ZipPackage, part: str, limits: Limits) -> Mapping[str, Relation]:
    """Return the relationships of a part ("" for the package's own) by their ids."""
    source = relations_part(part)
    return read_relations(package.read(source), part, limits.depth) if package.has(source) else {}


@lru_cache(maxsize=256)
def _read_workbook_part(content: bytes, limits: Limits) -> tuple[list[tuple[str, str]], datetime]:
    """Return (name, relationship id) of every sheet in order, and the moment that serials count from."""
    names: list[tuple[str, str]] = []
    epoch = EPOCH_1900

    def properties(attributes: dict[str, str]) -> None:
        nonlocal epoch
        if attributes.get("date1904", "").strip().lower() in _TRUE:
            epoch = EPOCH_1904

    def sheet(attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
        # Excel leaves the id of a sheet of old macros empty
        if relation:
            names.append((attributes.get("name", ""), relation))
        if len(names) > limits.sheets:
            raise UnreadableError(f"lembarnya lebih dari {limits.sheets}", limit="sheets")

    walk_part(content, limits.depth, _expand_names({"workbookPr": properties, "sheet": sheet}))
    return names, epoch


class Texts(NamedTuple):
    """The shared texts by their index as cells write it.

    `seen` is each in a cell of plain letters, None for one of no letters; `runs` are those of several faces.
    """

    seen: Mapping[str, Cell | None]
    runs: Mapping[str, tuple[Run, ...]]


NO_TEXTS = Texts({}, {})


def _read_shared_texts(content: bytes, limits: Limits) -> Texts:
    cut = cut_texts(content) if has_plain_names(content, MAIN_NAMESPACES) else None
    if cut is None:
        return _SharedTextPass(content, limits).texts()
    try:
        texts = [parse_shared_text(piece) for piece in cut.pieces[1:]]
    except NotPlainError:
        return _SharedTextPass(content, limits).texts()
    if _count_texts_around(cut.outside, limits):
        # some have another shape and would shift the others
        return _SharedTextPass(content, limits).texts()
    return Texts(dict(zip(map(str, range(len(texts))), texts, strict=True)), {})


@lru_cache(maxsize=256)
def _count_texts_around(around: bytes, limits: Limits) -> int:
    """How many texts stand around those that were cut out; refuses what is wrong there."""
    return len(_SharedTextPass(around, limits).every)


class _SharedTextPass:
    """The pass over the shared texts: runs of one text are put together, its reading aid is left out."""

    __slots__ = (
        "_face",
        "_is_phonetic",
        "_last_pieces",
        "_limits",
        "_open_depth",
        "_tags",
        "_whole_runs",
        "every",
    )

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._limits = limits
        self._open_depth = 0
        self._is_phonetic = False
        self._face = INHERITED
        self._last_pieces: list[str] = []
        self._whole_runs: list[Run] = []
        self.every: list[str | tuple[Run, ...]] = []
        plain = has_plain_names(content, MAIN_NAMESPACES)
        self._tags = map_xml_names(() if plain else MAIN_NAMESPACES, ("si", "t", "rPh", *RUN_TAGS))
        parser = make_parser(self._last_pieces.append, has_plain_names=plain)
        parser.StartElementHandler = self._start_shared
        parser.EndElementHandler = self._end_shared
        run_parser(parser, content)

    def texts(self) -> Texts:
        """Return what was read."""
        every = dict(zip(map(str, range(len(self.every))), self.every, strict=True))
        rich = {index: text for index, text in every.items() if not isinstance(text, str)}
        return Texts({index: _seen(text) for index, text in every.items()}, rich)

    def _start_shared(self, name: str, attributes: dict[str, str]) -> None:
        self._open_depth += 1
        if self._open_depth > self._limits.depth:
            raise build_depth_error()
        tag = self._tags.get(name)
        if tag == "t":
            self._last_pieces.clear()
        elif tag == "si":
            self._whole_runs.clear()
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag in RUN_TAGS:
            self._face = run_face(self._face, tag, attributes)

    def _end_shared(self, name: str) -> None:
        self._open_depth -= 1
        tag = self._tags.get(name)
        if tag == "t":
            if not self._is_phonetic:
                self._whole_runs.append(Run("".join(self._last_pieces), self._face))
        elif tag == "si":
            runs = joined(self._whole_runs)
            plain = len(runs) == 1 and runs[0].face == INHERITED
            self.every.append(runs[0].text if plain else runs or "")
            if len(self.every) > self._limits.cells:
                raise UnreadableError("teksnya terlalu banyak", limit="cells")
        elif tag == "rPh":
            self._is_phonetic = False
        elif tag == "r":
            self._face = INHERITED


def _seen(text: str | tuple[Run, ...]) -> Cell | None:
    if isinstance(text, str):
        return as_seen(Cell(text)) if text else None
    seen = text_as_seen(text)
    return as_seen(seen) if seen else None


class LostFormats(dict[str, "NumberFormat"]):
    """The number formats of a workbook that lost them: all are plain; `missed`: a number asked for one."""

    missed = False

    def __contains__(self, style: object) -> bool:
        """Say yes, so that every cell asks."""
        return True

    def get(self, style: str, default: Any = None) -> Any:  # noqa: ANN401 # as a dict has it
        """Return the default; the first format of a workbook is the plain one."""
        self.missed = self.missed or style not in ("", "0")
        return default


def _styles(package: ZipPackage, part: str, limits: Limits) -> Styles:
    """Return how each cell format shows what it holds; nothing else of the styles matters."""
    if not package.has(part):
        return Styles(LostFormats(), {})
    try:
        return read_styles(package.read(part), limits, MAIN_NAMESPACES)
    except MalformedError:
        return Styles(LostFormats(), {})


def _expand_names(
    wanted: dict[str, Callable[[dict[str, str]], None]],
) -> dict[str, Callable[[dict[str, str]], None]]:
    return {f"{space} {name}": done for space in MAIN_NAMESPACES for name, done in wanted.items()}


def _read_core_saved(package: ZipPackage, part: str, limits: Limits) -> datetime | None:
    """Return the "last modified" moment in UTC, without a zone; None where there is none that can be read."""
    if not package.has(part):
        return None

    def key(element: str, _: dict[str, str]) -> str | None:
        return "modified" if element in _CORE else None

    with contextlib.suppress(MalformedError):  # what a workbook says of itself is no reason to refuse it
        found = read_element_texts(package.read(part), limits.depth, key)
        return parse_utc_moment(found["modified"]) if found else None
    return None
