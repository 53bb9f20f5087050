"""click in Indonesian, by a gettext catalogue, and how a run ends. Knows nothing of what the commands do."""

from __future__ import annotations

import contextlib
import gettext
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iki_xl.cli.printing import as_text, say
from iki_xl.errors import CatalogMistakesError, IkiError
from iki_xl.findings import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.findings import Temuan

# Beside this file: what click says, by gettext, the way in which click itself asks for other languages.
_LOCALE = Path(__file__).parent / "locale"
# The usage line, of which click's catalogue knows but its first word.
_USAGE: dict[str, Any] = {"options_metavar": "[OPSI]"}
_GROUP_USAGE: dict[str, Any] = {**_USAGE, "subcommand_metavar": "PERINTAH ..."}


class HelpCommand(click.Command):
    """A command whose usage line is Indonesian."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **_USAGE | settings)


class HelpGroup(click.Group):
    """The group of all commands, in the order in which an office uses them."""

    command_class = HelpCommand

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **_GROUP_USAGE | settings)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)


class NumberBetween(click.ParamType[int]):
    """A whole number between two; click's own says it in signs, and partly in English."""

    name = "angka"

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number.

        Raises:
            BadParameter: it is none, or not between the two.
        """
        with contextlib.suppress(ValueError):
            if self._least <= int(value) <= self._most:
                return int(value)
        return self.fail(f"{value!r} bukan angka {self._least} sampai {self._most}.", param, ctx)


def run(command: click.Command, args: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code. A user never sees a traceback."""
    # the texts are Indonesian whatever the computer's own language
    os.environ["LANGUAGE"] = "id"
    gettext.bindtextdomain("messages", _LOCALE)
    try:
        result: Any = command.main(args=args, prog_name="iki-xl", standalone_mode=False)
    except BrokenPipeError:
        sys.stderr.close()
        return 3
    except (Exception, KeyboardInterrupt) as exc:  # noqa: BLE001 - the last resort: told in a sentence too
        message, code = _describe_end(exc)
        say(message, error=True)
        return code
    return result if isinstance(result, int) else 0


def _describe_end(exc: BaseException) -> tuple[str, int]:
    """What to say of an exception that ends the program, and the exit code."""
    message, code = "Dihentikan.", 3
    if isinstance(exc, click.exceptions.NoArgsIsHelpError):
        message, code = exc.ctx.get_help() if exc.ctx else "", 2
    elif isinstance(exc, click.UsageError):
        hint = f"\nLihat bantuannya: {exc.ctx.command_path} --help" if exc.ctx else ""
        said = " ".join(exc.format_message().split())
        message, code = as_text([f"Salah pemakaian: {said}"]) + hint, 2
    elif isinstance(exc, IkiError):
        message, code = _describe_iki_error(exc), exc.exit_code
    elif not isinstance(exc, (click.Abort, KeyboardInterrupt)):
        message = _keep_traceback()
    return message, code


def _keep_traceback() -> str:
    """Keep the traceback in a file for whoever mends the program, and say where."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="iki-xl-", suffix=".txt", delete=False
    ) as stream:
        traceback.print_exc(file=stream)
    return (
        "Terjadi kesalahan pada program ini, bukan pada berkas Anda. "
        f"Mohon kirimkan {stream.name} kepada pengelola program."
    )


def _describe_iki_error(exc: IkiError) -> str:
    lines = [str(exc)]
    if isinstance(exc, CatalogMistakesError):
        lines += map(_in_catalogue, exc.findings)
    return as_text(lines)


def _in_catalogue(said: Temuan) -> str:
    place = "!".join(filter(None, (said.sheet, said.cell)))
    level = "" if said.level is Level.GALAT else f"{said.level}: "
    return f"  {place}{': ' if place else ''}{level}{said.message} {said.remedy}"
