"""The yardstick of a writer: the very same calls of xlsxwriter, replayed without what decides them.

Charts are left out: a handful of calls, on objects that cannot be replayed.
"""

from __future__ import annotations

import functools
import inspect
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from iki_xl import xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The formats that xlsxwriter adds by itself when a workbook is made.
_DEFAULT_FORMATS = 2
# Calls that take a format elsewhere than last.
_INNER_FORMAT_CALLS = {"conditional_format", "set_column", "set_row", "write_formula", "write_url"}
_SKIPPED = {"add_chart", "insert_chart"}
RecordedCall = tuple[str, str, tuple[Any, ...], dict[str, Any]]


@contextmanager
def _note_calls(log: list[RecordedCall]) -> Iterator[None]:
    """Note every outermost public call on workbooks and worksheets while a writer works."""
    depth = 0
    undo: list[tuple[type, str, Any]] = []

    def wrap(cls: type, name: str, method: Any) -> None:
        @functools.wraps(method)
        def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal depth
            if depth == 0 and name != "close":
                log.append((getattr(self, "name", ""), name, args, kwargs))
            depth += 1
            try:
                return method(self, *args, **kwargs)
            finally:
                depth -= 1

        undo.append((cls, name, method))
        setattr(cls, name, noted)

    for cls in (Workbook, Worksheet):
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if not name.startswith("_"):
                wrap(cls, name, method)
    try:
        yield
    finally:
        for owner, name, method in undo:
            setattr(owner, name, method)


def record_calls(write: Callable[[], object]) -> list[RecordedCall]:
    """Return the calls with which `write` makes one workbook, formats by their place among all formats."""
    log: list[RecordedCall] = []
    formats: dict[int, int] = {}
    made: list[Format] = []
    add_format = Workbook.add_format

    def numbered(self: Workbook, properties: dict[str, Any] | None = None) -> Format:
        result = add_format(self, properties)
        formats[id(result)] = len(made) - _DEFAULT_FORMATS
        made.append(result)
        return result

    Workbook.add_format = numbered  # type: ignore[method-assign]  # only while recording
    try:
        with _note_calls(log):
            write()
    finally:
        Workbook.add_format = add_format  # type: ignore[method-assign]
    return [
        (
            sheet,
            name,
            tuple(_number_formats(a, formats) for a in args),
            {k: _number_formats(v, formats) for k, v in kw.items()},
        )
        for sheet, name, args, kw in log[_DEFAULT_FORMATS:]
        if name not in _SKIPPED
    ]


def _number_formats(value: Any, formats: dict[int, int]) -> Any:
    """A format becomes its number, also inside the options of a conditional format."""
    if isinstance(value, Format):
        return _FormatNumber(formats[id(value)])
    if isinstance(value, dict):
        return {key: _number_formats(v, formats) for key, v in value.items()}
    return value


class _FormatNumber(int):
    """The number of a format in a recording."""


def replay_calls(script: list[RecordedCall]) -> bytes:
    """Make the workbook with plain xlsxwriter, call by call."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, xlsx.WORKBOOK_OPTIONS)
    sheets: dict[str, Any] = {"": book}
    formats: list[Format] = []
    for sheet, name, given, kwargs in script:
        args = given
        if args and type(args[-1]) is _FormatNumber:
            args = (*args[:-1], formats[args[-1]])
        elif name in _INNER_FORMAT_CALLS:
            args = tuple(_restore_formats(a, formats) for a in args)
        result = getattr(sheets[sheet], name)(
            *args, **{k: _restore_formats(v, formats) for k, v in kwargs.items()}
        )
        if name == "add_format":
            formats.append(result)
        elif name == "add_worksheet":
            sheets[result.name] = result
    book.close()
    return target.getvalue()


def _restore_formats(value: Any, formats: list[Format]) -> Any:
    if isinstance(value, _FormatNumber):
        return formats[value]
    if isinstance(value, dict):
        return {key: _restore_formats(v, formats) for key, v in value.items()}
    return value
