"""The command line: reads options, calls one pipeline function, prints, sets the exit code.

Heavy libraries are imported inside the commands, so that `--help` is instant.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iki_xl import __version__
from iki_xl.cli.indonesian import HelpGroup, NumberBetween, run
from iki_xl.cli.printing import as_text, say
from iki_xl.errors import NothingCountedError, UsageError

if TYPE_CHECKING:
    from iki_xl.results import CollectRequest, CollectResult, ReadingSettings

KATALOG = Path("katalog.xlsx")
_FILE = click.Path(path_type=Path)
_EXISTING_FILE = click.Path(exists=True, path_type=Path)
_katalog_option = click.option(
    "--katalog",
    "katalog_path",
    metavar="K",
    type=_FILE,
    default=KATALOG,
    help="Katalog kantor (katalog.xlsx).",
)
_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Cetak satu objek JSON ke keluaran standar."
)

_limits_option = click.option(
    "--batas",
    "limits",
    metavar="NAMA=ANGKA",
    multiple=True,
    help="Ubah satu batas baca, misalnya ukuran_mb=80; boleh diulang (lihat docs/perintah.md).",
)
_archive_option = click.option(
    "--tanpa-arsip", is_flag=True, help="Jangan simpan salinan asli berkas yang dihitung di .iki-xl/arsip."
)
_workers_option = click.option(
    "--pekerja",
    "workers",
    metavar="N",
    type=NumberBetween(1, 64),
    help="Banyaknya proses pembaca, 1 sampai 64.",
)


@click.group(cls=HelpGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="iki-xl %(version)s", help="Tampilkan versi.")
def iki_xl() -> None:
    """Templat, pengumpul dan rekap Indikator Kinerja Individu (IKI) dalam Excel.

    Dijalankan di folder kerja yang berisi katalog.xlsx, templates/, workbooks/ dan reports/.
    """


@iki_xl.command()
@click.argument(
    "kantor",
    metavar="KANTOR",
    type=click.Choice(["dpmd-cianjur", "kecamatan-poncokusumo"]),
    help="Kantor contoh: dpmd-cianjur atau kecamatan-poncokusumo.",
)
@click.argument(
    "folder", metavar="[MAP]", type=_FILE, required=False, help="Folder yang dibuat (bawaan: nama kantornya)."
)
def contoh(kantor: str, folder: Path | None) -> int:
    """Buat folder kerja contoh: templat, isian dengan kesalahan, rekap."""
    from iki_xl.cli import rendering
    from iki_xl.contoh import make_sample_office

    result = make_sample_office(kantor, folder or Path(kantor), lambda text: say(text, error=True))
    say(rendering.describe_contoh(result))
    return 0


@iki_xl.command()
@click.argument(
    "folder", metavar="[MAP]", type=_FILE, default=Path(), help="Folder kerja (bawaan: folder ini)."
)
def mulai(folder: Path) -> int:
    """Buat folder kerja baru dengan katalog.xlsx yang siap diisi."""
    from iki_xl import pipeline

    made = pipeline.mulai(folder)
    say(as_text(["Folder kerja siap:", *(f"  {path}" for path in made)]))
    say("Isi katalog.xlsx, lalu jalankan `iki-xl templat`.")
    return 0


@iki_xl.command()
@click.argument(
    "paths",
    metavar="DOKUMEN...",
    type=_EXISTING_FILE,
    nargs=-1,
    required=True,
    help="Satu atau beberapa dokumen: .docx, .pdf atau .txt.",
)
@click.option(
    "--ke",
    "target",
    metavar="KATALOG",
    type=_FILE,
    default=KATALOG,
    help="Katalog yang ditulis (bawaan: katalog.xlsx); yang sudah ada tidak pernah ditimpa.",
)
def impor(paths: tuple[Path, ...], target: Path) -> int:
    """Susun katalog dari dokumen IKI kantor (Word, PDF atau teks)."""
    from iki_xl import pipeline
    from iki_xl.cli import rendering

    result = pipeline.impor(paths, target, lambda name: rendering.make_progress_bar(f"Membaca {name}"))
    say(rendering.describe_impor(result))
    return 0


@iki_xl.command()
@_katalog_option
@click.option(
    "--rincian",
    type=click.Choice(["tahunan", "triwulan", "bulanan"]),
    help="Ganti rincian target kantor; kolom targetnya ditambahkan sendiri.",
)
def katalog(katalog_path: Path, rincian: str | None) -> int:
    """Tulis ulang katalog dalam bentuk terbaru; semua isinya tetap ada."""
    from iki_xl import pipeline
    from iki_xl.cli import rendering

    say(rendering.describe_katalog(pipeline.rewrite_katalog(katalog_path, rincian)))
    return 0


@iki_xl.command()
@_katalog_option
@click.option(
    "--per",
    type=click.Choice(["kantor", "unit", "jabatan", "pegawai"]),
    help="Satu berkas untuk seluruh kantor (bawaan), atau per unit, jabatan, pegawai "
    "(bawaan dengan --lanjut).",
)
@click.option(
    "--ke",
    "target",
    metavar="MAP",
    type=_FILE,
    default=Path("templates"),
    help="Folder tujuan (bawaan: templates).",
)
@click.option(
    "--sandi",
    "ask",
    is_flag=True,
    help="Tanyakan kata sandi pelindung lembar (atau isi variabel IKI_XL_SANDI).",
)
@click.option(
    "--lanjut",
    "continued",
    is_flag=True,
    help="Isi templat dengan yang sudah diterima dari folder workbooks.",
)
def templat(katalog_path: Path, per: str | None, target: Path, ask: bool, continued: bool) -> int:
    """Buat templat IKI yang terkunci dari katalog."""
    from iki_xl import pipeline
    from iki_xl.cli import rendering

    katalog = pipeline.load_katalog(katalog_path)
    password = os.environ.get("IKI_XL_SANDI", "")
    if ask:
        password = click.prompt("Kata sandi", hide_input=True, confirmation_prompt="Ulangi kata sandi")
    if continued:
        request = _request_own_returns(katalog_path)
        result = pipeline.continue_templat(katalog, request, per or "pegawai", target, password)
    else:
        told = rendering.make_progress_bar("Membuat templat")
        result = pipeline.make_templat(katalog, per or "kantor", target, password, told)
    say(rendering.describe_templat(result))
    return 0


def _request_own_returns(katalog_path: Path) -> CollectRequest:
    """What came back to the working folder of a catalogue; nothing is written for it but the ledger."""
    from iki_xl import pipeline, results

    own = katalog_path.parent
    folders = own / pipeline.WORKBOOKS_FOLDER, own / pipeline.REPORTS_FOLDER
    return results.CollectRequest(*folders, work_folder=own, archive=False, katalog=katalog_path)


@iki_xl.command()
@click.argument(
    "paths",
    metavar="BERKAS|MAP...",
    type=_EXISTING_FILE,
    nargs=-1,
    required=True,
    help="Berkas isian, atau folder yang berisi berkas isian.",
)
@_katalog_option
@_json_option
@_limits_option
@_workers_option
def periksa(
    paths: tuple[Path, ...], katalog_path: Path, as_json: bool, limits: tuple[str, ...], workers: int | None
) -> int:
    """Periksa berkas atau folder yang kembali, tanpa mengubah apa pun."""
    from iki_xl import pipeline

    katalog = pipeline.load_katalog(katalog_path)
    return _print_result(
        pipeline.periksa(paths, katalog, _build_reading_settings(limits, workers), katalog_path), as_json
    )


@iki_xl.command()
@click.argument(
    "folder",
    metavar="[MAP]",
    type=_FILE,
    default=Path("workbooks"),
    help="Folder berkas yang kembali (bawaan: workbooks).",
)
@_katalog_option
@click.option(
    "--bulan",
    metavar="1-12",
    type=NumberBetween(1, 12),
    help="Bulan laporan (bawaan: bulan terakhir yang terisi).",
)
@click.option(
    "--ke",
    "target",
    metavar="MAP",
    type=_FILE,
    default=Path("reports"),
    help="Folder hasil (bawaan: reports).",
)
@click.option(
    "--konflik",
    type=click.Choice(["terbaru", "tolak"]),
    default="terbaru",
    help="Bila seorang pegawai mengirim beberapa laporan berbeda: pakai yang terbaru, atau tolak semuanya.",
)
@_json_option
@_limits_option
@_workers_option
@_archive_option
def kumpul(folder: Path, katalog_path: Path, **options: Any) -> int:  # noqa: ANN401 - click hands them by name
    """Kumpulkan semua isian; tulis rekap, temuan, pengingat, perbaikan."""
    from iki_xl import pipeline, results

    katalog = pipeline.load_katalog(katalog_path)
    wanted = results.CollectRequest(
        folder,
        options["target"],
        options["bulan"],
        options["konflik"] == "tolak",
        katalog_path.parent,
        archive=not options["tanpa_arsip"],
        katalog=katalog_path,
    )
    try:
        result = pipeline.kumpul(
            katalog, wanted, _build_reading_settings(options["limits"], options["workers"])
        )
    except NothingCountedError as exc:
        _print_result(results.CollectResult(None, False, exc.file_count, 0, exc.findings), options["as_json"])
        raise
    return _print_result(result, options["as_json"])


def _build_reading_settings(limits: tuple[str, ...], workers: int | None) -> ReadingSettings:
    from iki_xl import results
    from iki_xl.cli import rendering

    pairs = [text.partition("=") for text in limits]
    if any(not (number.isascii() and number.isdigit()) for _, _, number in pairs):
        raise UsageError("--batas ditulis NAMA=ANGKA, misalnya --batas ukuran_mb=80.")
    values = {name: int(number) for name, _, number in pairs}
    show = rendering.make_progress_bar("Membaca")
    return results.ReadingSettings(values, workers, show, announce=rendering.announce)


def _print_result(result: CollectResult, as_json: bool) -> int:
    from iki_xl.cli import rendering
    from iki_xl.findings import Level

    for note in result.notes:
        say(as_text([note]), error=True)
    say(rendering.make_json(result) if as_json else rendering.describe_kumpul(result))
    return 1 if result.count(Level.GALAT) else 0


def main() -> None:
    """Entry point of the command `iki-xl`. What it prints is UTF-8 everywhere, also redirected on Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(run(iki_xl))
