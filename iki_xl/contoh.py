"""The sample offices: a whole working folder with what staff might send back, and its recap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.errors import CatalogError, UsageError
from iki_xl.pipeline import (
    KATALOG_NAME,
    REPORTS_FOLDER,
    TEMPLAT_FOLDER,
    WORKBOOKS_FOLDER,
    kumpul,
    load_katalog,
    make_templat,
)
from iki_xl.results import CollectRequest, SampleResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_SAMPLE_SEED = 20220101
_SAMPLE_NAME_ENDING = "Contoh"


def make_sample_office(nama: str, folder: Path, tell: Callable[[str], None]) -> SampleResult:
    """Make a sample office's working folder, fill templates in, collect them and write the recap.

    Raises:
        UsageError: the folder holds a katalog.xlsx that is not a sample's.
        OutputError: the folder cannot be written.
    """
    from random import Random

    from iki_xl.catalog.samples import read_office
    from iki_xl.catalog.writer import katalog_xlsx
    from iki_xl.sample.filling import SAMPLE_BULAN, fill_sample_templates
    from iki_xl.sample.people import add_sample_pegawai
    from iki_xl.storage.output import make_folder, write_whole
    from iki_xl.template.variants import Per, plan_template_files

    random = Random(_SAMPLE_SEED)  # noqa: S311 - a reproducible sample, not a secret
    katalog = add_sample_pegawai(read_office(nama), random)
    _refuse_overwriting(folder / KATALOG_NAME)
    write_whole(folder / KATALOG_NAME, katalog_xlsx(katalog))
    tell("Katalog selesai; membuat templat.")
    written = make_templat(katalog, Per.PEGAWAI, folder / TEMPLAT_FOLDER)
    forms = [item.forms[0] for item in plan_template_files(katalog, Per.PEGAWAI)]
    tell("Templat selesai; mengisi contoh.")
    templates = [(p.name, p.read_bytes(), form) for p, form in zip(written.outputs, forms, strict=True)]
    returned, missing = fill_sample_templates(templates, random)
    make_folder(folder / WORKBOOKS_FOLDER)
    for item in returned:
        write_whole(folder / WORKBOOKS_FOLDER / item.nama, item.content)
    tell("Contoh isian selesai; mengumpulkan dan menyusun rekap.")
    wanted = CollectRequest(folder / WORKBOOKS_FOLDER, folder / REPORTS_FOLDER, SAMPLE_BULAN)
    collected = kumpul(katalog, wanted)
    for path in (*written.set_aside, *collected.set_aside, *collected.changed):
        tell(f"Sudah diubah orang, jadi disisihkan: {path}")
    stories = tuple((item.nama, item.story) for item in returned)
    write_whole(folder / REPORTS_FOLDER / "contoh-isian.md", _write_stories(stories, missing).encode())
    mistakes = sum(item.mistakes for item in returned)
    return SampleResult(folder, len(written.outputs), stories, mistakes, missing, collected)


def _refuse_overwriting(path: Path) -> None:
    """A catalogue with other people than the sample's belongs to somebody."""
    if not path.exists():
        return
    try:
        people = load_katalog(path).pegawai
    except CatalogError:
        people = ()
    if not people or not all(p.nama.endswith(_SAMPLE_NAME_ENDING) for p in people):
        raise UsageError(f"{path} sudah ada dan bukan katalog contoh, jadi tidak ditimpa. Sebut folder lain.")


def _write_stories(stories: Sequence[tuple[str, str]], missing: Sequence[str]) -> str:
    from iki_xl.sample.filling import SAMPLE_NOTE

    lines = [
        f"# {SAMPLE_NOTE.capitalize()}",
        "",
        "Nama, NIP, angka dan kesalahan di bawah ini dibuat-buat.",
        "",
    ]
    lines += [f"* `{name}`: {story}" for name, story in stories]
    lines += ["", "Templat yang tidak dikembalikan:", "", *(f"* `{name}`" for name in missing), ""]
    return "\n".join(lines)
