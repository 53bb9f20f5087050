"""One cell of an .ods: its value, formula and error, as a person sees them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from iki_xl.readers.book import Cell, UnreadableError
from iki_xl.readers.formats import (
    EPOCH_1900,
    PLAIN_FORMAT,
    NumberDisplay,
    NumberFormat,
    format_of,
    shown_value,
)
from iki_xl.readers.runs import Face, Run, text_as_seen
from iki_xl.readers.xml_pass import ODD_STRUCTURE, parse_double, parse_utc_moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import time

    from iki_xl.readers.book import RawValue

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE = (f"{_NAMESPACE}{name}:1.0" for name in ("table", "office"))
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
# Spaces, tabs and line breaks that are meant; as characters that XML cannot hold, they survive the folding.
_MEANT_SPACES = str.maketrans("\x00\x01\x02", " \t\n")
_WHITE_SPACE = re.compile(r"[ \t\r\n]+")
_ERROR_TEXT = re.compile(r"Err:\d{3}|#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)")
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,7})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,9}))?S)?"
)
# In a formula: texts and quoted names stand as they are; references stand in brackets.
_FORMULA_PIECE = re.compile(r"""("(?:[^"]|"")*")|\[((?:'(?:[^']|'')*'|[^\]'])*)\]|(;)""")
_REFERENCE_END = re.compile(r"(?:\$?('(?:[^']|'')*'|[^.:'$]*))?\.([^:.]+)")


class Look(NamedTuple):
    """How a cell shows what it holds; the number format is None where no style says."""

    face: Face
    format: NumberFormat | None


def folded(runs: Sequence[Run]) -> list[Run]:
    """Fold white space as in a paragraph, across its runs; what is meant as white space stays."""
    found = []
    after_space = True
    for written, face in runs:
        text = _WHITE_SPACE.sub(" ", written)
        if after_space and text.startswith(" "):
            text = text[1:]
        if text:
            after_space = text.endswith(" ")
            found.append(Run(text.translate(_MEANT_SPACES), face))
    return found


def cell_content(attributes: dict[str, str], paragraphs: Sequence[Sequence[Run]], look: Look) -> Cell | None:
    """Return a cell's content as seen, None where nothing was typed."""
    formula = _convert_ods_formula(attributes.get(f"{_TABLE} formula"))
    kind = attributes.get(f"{_OFFICE} value-type", "")
    runs = _join_paragraphs(paragraphs)
    text = "".join(run.text for run in runs)
    error = attributes.get(f"{_CALC} value-type") == "error" or (formula and _ERROR_TEXT.fullmatch(text))
    if not error and not formula and kind in ("", "string"):
        # where the value is given apart from the paragraphs, it is one text
        value = attributes.get(f"{_OFFICE} string-value", text)
        return text_as_seen(runs if value == text else [Run(value)], look.face)
    found = _read_other_content(
        attributes, kind, formula, text if paragraphs else None, look, error=bool(error)
    )
    return found.struck_out() if found is not None and look.face.struck else found


def _join_paragraphs(paragraphs: Sequence[Sequence[Run]]) -> Sequence[Run]:
    """Return a cell's text, a line for each of its paragraphs."""
    if len(paragraphs) == 1:
        return paragraphs[0]
    lines = [[Run("\n"), *runs] for runs in paragraphs]
    return [run for line in lines for run in line][1:]


def _read_other_content(
    attributes: dict[str, str], kind: str, formula: str, text: str | None, look: Look, *, error: bool
) -> Cell | None:
    """Return the content of a cell that holds anything but a typed text."""
    if error:
        return Cell(text or None, True, formula) if text or formula else None
    if kind == "string":
        return Cell(attributes.get(f"{_OFFICE} string-value", text or ""), False, formula)
    if not kind:
        # a formula whose result is a text of no letters has a paragraph, but no type
        return Cell(text, False, formula)
    if kind in ("float", "percentage", "currency"):
        number = parse_double(attributes.get(f"{_OFFICE} value", ""))
        otherwise = format_of(NumberDisplay.PERCENT) if kind == "percentage" else PLAIN_FORMAT
        shown = (look.format or otherwise).shows(number)
        return Cell(shown_value(number, shown, EPOCH_1900), False, formula, shown is NumberDisplay.PERCENT)
    value = _read_typed_value(kind, attributes, look.format or PLAIN_FORMAT)
    return Cell(value, False, formula) if formula or value != "" else None


def _read_typed_value(kind: str, attributes: dict[str, str], shown: NumberFormat) -> RawValue:
    """Read the value that an attribute holds.

    Raises:
        UnreadableError: it is not of the kind it says.
    """
    if kind == "boolean":
        return attributes.get(f"{_OFFICE} boolean-value") == "true"
    if kind == "date":
        return _parse_date_value(attributes.get(f"{_OFFICE} date-value", ""), shown)
    if kind == "time":
        return _parse_duration(attributes.get(f"{_OFFICE} time-value", ""), shown)
    raise UnreadableError(ODD_STRUCTURE)


def _parse_date_value(text: str, shown: NumberFormat) -> RawValue:
    """Read a moment, as a time alone where only that is shown; what is none stays the text it is."""
    moment = parse_utc_moment(text)
    if moment is None:
        return text
    is_time = moment.date() == EPOCH_1900.date() or shown.otherwise is NumberDisplay.TIME_OF_DAY
    return moment.time() if is_time else moment


def _parse_duration(text: str, shown: NumberFormat) -> RawValue:
    """Read a length of time, as a time of day where it is shown as one; what is none stays the text it is."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    sign, days, hours, minutes, seconds, fraction = found.groups()
    length = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        milliseconds=round(float(f"0.{fraction or 0}") * 1000),
    )
    if sign:
        return -length
    is_long = shown.otherwise is NumberDisplay.DURATION or (
        length.days and shown.otherwise is not NumberDisplay.TIME_OF_DAY
    )
    return length if is_long else _wrap_to_clock(length)


def _wrap_to_clock(length: timedelta) -> time:
    """Return a length of time as the clock that counts it from midnight shows it."""
    return (EPOCH_1900 + length % timedelta(days=1)).time()


def _convert_ods_formula(formula: str | None) -> str:
    """Return a formula as Excel would write it, "" for none: `of:=SUM([.A1:.B1];2)` is `=SUM(A1:B1,2)`.

    Source: ODF 1.3 part 4, 5.8 (references).
    """
    if formula is None:
        return ""
    bare = formula[formula.find("=") :] if "=" in formula else "=" + formula
    return _FORMULA_PIECE.sub(_convert_formula_piece, bare)


def _convert_formula_piece(found: re.Match[str]) -> str:
    text, reference, _ = found.groups()
    if text is not None:
        return text
    return "," if reference is None else _convert_reference(reference)


def _convert_reference(reference: str) -> str:
    """Turn `.A1:.B2` into `A1:B2` and `$Lembar.A1` into `Lembar!A1`."""
    return _REFERENCE_END.sub(lambda end: (f"{end[1]}!" if end[1] else "") + end[2], reference)
