"""One streaming expat pass over a part: no DOCTYPE, no entities of its own, no bottomless nesting.

A part that declares its main namespace once, as the default one, is read by plain names, which is faster;
any other by names with namespaces, whatever their prefixes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Protocol, TypeVar
from xml.parsers import expat

from iki_xl.readers.book import RefusalKind, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from xml.parsers.expat import XMLParserType

K = TypeVar("K", str, bytes)
R = TypeVar("R")

# Codecs that expat has of its own; with another one it would ask Python's.
_ENCODINGS = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1"}
_PIECE = 1024 * 1024
# A tag or comment longer than this holds nothing that a sheet has, and expat reads it over and over.
_LONGEST_TAG = 4 * _PIECE
# int() refuses thousands of digits with an error of its own.
_DIGIT = 12
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COUNTED = 65_536
ODD_STRUCTURE = "susunan sel di dalam berkas tidak wajar"
_MALFORMED = "berkasnya rusak: isinya bukan XML yang sah"
_TOO_DEEP = "isinya bersarang terlalu dalam"
_DECLARATION = "isinya memuat deklarasi XML yang tidak wajar"


class MalformedError(UnreadableError):
    """A part is not well-formed XML; a workbook is read all the same where no figure stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, RefusalKind.DAMAGED)


def make_parser(
    on_text: Callable[[str], object] | None = None, *, has_plain_names: bool = False
) -> XMLParserType:
    """Return a parser that refuses declarations; `on_text` gets character data, joined as far as it goes.

    Names of elements are "{uri} {local}", or as they are written when `has_plain_names`.
    """
    parser = expat.ParserCreate() if has_plain_names else expat.ParserCreate(None, " ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration
    parser.XmlDeclHandler = _check_encoding
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    return parser


def run_parser(parser: XMLParserType, content: bytes) -> None:
    """Feed a whole part to a parser whose handlers are set.

    Raises:
        UnreadableError: it is not well-formed, uses an entity it may not, or a handler refused it.
    """
    try:
        for start in range(0, len(content), _PIECE):
            parser.Parse(content[start : start + _PIECE], False)
            if start + _PIECE - parser.CurrentByteIndex > _LONGEST_TAG:
                raise MalformedError(_MALFORMED)
        parser.Parse(b"", True)
    except expat.ExpatError as exc:
        raise MalformedError(_MALFORMED) from exc
    finally:
        # handlers hold what they fill, and that holds the parser: without this only the collector frees it
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None


def walk_part(content: bytes, depth: int, handlers: Mapping[str, Callable[[dict[str, str]], None]]) -> None:
    """Walk a part; `handlers` holds what is done where an element begins, by its name with namespace.

    Raises:
        UnreadableError: as `run_parser`, or elements nest deeper than `depth`.
    """
    begun = 0
    ended: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal begun
        begun += 1
        if begun - len(ended) > depth:
            raise build_depth_error()
        if begun > _COUNTED:
            begun -= len(ended)
            ended.clear()
        found = handlers.get(name)
        if found is not None:
            found(attributes)

    parser = make_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = ended.append  # no Python is run for it
    run_parser(parser, content)


class Walk(Protocol):
    """What is done while a part is walked; names of elements and attributes come without namespaces."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def walk_names(content: bytes, depth: int, walk: Walk) -> None:
    """Walk a part whose namespaces do not matter; `walk` sees all of it, in order.

    Raises:
        UnreadableError: as `walk_part`.
    """
    nested = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal nested
        nested += 1
        if nested > depth:
            raise build_depth_error()
        walk.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal nested
        nested -= 1
        walk.end(_local(name))

    parser = make_parser(walk.text)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    run_parser(parser, content)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def read_element_texts(
    content: bytes, depth: int, key_of: Callable[[str, dict[str, str]], str | None]
) -> dict[str, str]:
    """Return the text inside some elements by the key that `key_of` gives them; None passes an element over.

    Raises:
        UnreadableError: as `walk_part`.
    """
    found: dict[str, str] = {}
    parts: list[str] = []
    open_keys: list[str | None] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        key = key_of(name, attributes)
        if key is not None:
            parts.clear()
        open_keys.append(key)
        if len(open_keys) > depth:
            raise build_depth_error()

    def end(_: str) -> None:
        key = open_keys.pop()
        if key is not None:
            found[key] = "".join(parts)

    parser = make_parser(parts.append)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    run_parser(parser, content)
    return found


def parse_utc_moment(text: str) -> datetime | None:
    """Read an ISO 8601 moment as UTC without a zone; None for what is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def build_depth_error() -> UnreadableError:
    """Return the refusal for handlers that count depth themselves."""
    return UnreadableError(_TOO_DEEP, limit="depth")


def has_plain_names(content: bytes, spaces: Iterable[str]) -> bool:
    """Return whether one of these namespaces is the default one throughout, so that plain names will do."""
    if content.count(b"xmlns") - content.count(b"xmlns:") != 1:
        return False
    # once: a prefix may stand for the same namespace, and a text may hold these very letters
    return any(
        f'xmlns="{space}"'.encode() in content and content.count(space.encode()) == 1 for space in spaces
    )


def memoize(most: int, longest: int) -> Callable[[Callable[[K], R]], Callable[[K], R]]:
    """Remember what a function of one text or part gave, for the last `most` that are not too long."""

    def remember(work: Callable[[K], R]) -> Callable[[K], R]:
        known = lru_cache(most)(work)

        @wraps(work)
        def look(content: K) -> R:
            return known(content) if len(content) <= longest else work(content)

        return look

    return remember


def map_xml_names(spaces: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Return {name as the parser gives it: plain name}, in any of some namespaces; no namespaces: plain."""
    wanted = tuple(names)
    return {f"{space} {name}": name for space in spaces for name in wanted} or {n: n for n in wanted}


def undo_escapes(text: str) -> str:
    """Undo `_xHHHH_`, written for what XML cannot hold; half a surrogate pair becomes U+FFFD."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if plain.isascii():
        return plain
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parse_whole_number(text: str, largest: int) -> int:
    """Return a whole number as XML has it, no larger than `largest`; int() alone takes far more.

    Raises:
        UnreadableError: the text is no such number.
    """
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _DIGIT and int(plain) <= largest):
        raise UnreadableError(ODD_STRUCTURE)
    return int(plain)


def parse_double(text: str) -> float:
    """Return a number as XML Schema writes doubles, NaN and infinities too; float() alone takes more.

    Raises:
        UnreadableError: the text is no such number.
    """
    if "_" in text or not text.isascii():
        raise UnreadableError(ODD_STRUCTURE)
    try:
        return float(text)
    except ValueError as exc:
        raise UnreadableError(ODD_STRUCTURE) from exc


def _refuse_declaration(*_: object) -> None:
    raise UnreadableError(_DECLARATION)


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.upper() not in _ENCODINGS:
        raise UnreadableError(_DECLARATION)
