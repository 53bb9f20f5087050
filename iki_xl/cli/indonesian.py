"""click in Indonesian: help pages and usage errors. Knows nothing of what the commands do."""

from __future__ import annotations

import sys
import tempfile
import traceback
from typing import TYPE_CHECKING, Any

import click

from iki_xl.cli.printing import as_text, say
from iki_xl.errors import CatalogMistakesError, IkiError
from iki_xl.findings import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.findings import Temuan

_HELP_TEXT = "Tampilkan bantuan ini."


class _IndonesianCommand(click.Command):
    """Help pages with Indonesian headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="Pemakaian: ")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece.replace("[OPTIONS]", "[OPSI]") for piece in super().collect_usage_pieces(ctx)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse words behind the last argument in our own way.

        Raises:
            UsageError: a command was given more than it takes.
        """
        takes_more, ctx.allow_extra_args = ctx.allow_extra_args, True
        rest = super().parse_args(ctx, args)
        if rest and not takes_more:
            raise click.UsageError("ada kata yang berlebih di belakang perintah.", ctx)
        return rest

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP_TEXT
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [r for p in self.get_params(ctx) if (r := p.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("Opsi"):
                formatter.write_dl(records)


class HelpCommand(_IndonesianCommand):
    """A command with an Indonesian help page."""


class HelpGroup(_IndonesianCommand, click.Group):
    """The group of all commands, with an Indonesian help page and usage errors."""

    command_class = HelpCommand

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [
            piece.replace("COMMAND [ARGS]...", "PERINTAH ...") for piece in super().collect_usage_pieces(ctx)
        ]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(limit=90)) for name in self.commands]
        with formatter.section("Perintah"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)


def run(command: click.Command, args: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code. A user never sees a traceback."""
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
        message, code = as_text([f"Salah pemakaian: {_describe_usage_error(exc)}"]) + hint, 2
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


def _describe_usage_error(exc: click.UsageError) -> str:
    """Say a usage error in Indonesian, by its kind; click's own words are English."""
    if isinstance(exc, click.exceptions.NoSuchOption):
        return f"opsi {exc.option_name} tidak dikenal."
    name = _name_parameter(exc)
    if isinstance(exc, click.MissingParameter):
        return f"{name} belum disebut."
    if isinstance(exc, click.BadParameter):
        return f"nilai untuk {name} tidak sah{_list_parameter_choices(exc.param)}."
    if isinstance(exc, click.exceptions.BadOptionUsage):
        return f"opsi {exc.option_name} memerlukan satu nilai."
    if isinstance(exc, click.exceptions.NoSuchCommand):
        return f"perintah {exc.command_name!r} tidak dikenal."
    return exc.message


def _name_parameter(exc: click.UsageError) -> str:
    param = exc.param if isinstance(exc, click.BadParameter) else None
    if isinstance(param, click.Option):
        return " / ".join(param.opts)
    return str(param.human_readable_name) if param else "masukan"


def _list_parameter_choices(param: click.Parameter | None) -> str:
    if param is None:
        return ""
    if isinstance(param.type, click.Choice):
        return "; pilih salah satu: " + ", ".join(str(c) for c in param.type.choices)
    if isinstance(param.type, click.IntRange):
        return f"; harus angka {param.type.min} sampai {param.type.max}"
    return "; berkas itu tidak ada" if isinstance(param.type, click.Path) else ""
