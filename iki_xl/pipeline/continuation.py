"""The way round: forms that go out again with what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.errors import UsageError
from iki_xl.pipeline.catalogue import write_templates
from iki_xl.pipeline.collection import gather

if TYPE_CHECKING:
    from pathlib import Path

    from iki_xl.catalog import Katalog
    from iki_xl.results import CollectRequest, ReadingSettings, TemplateResult


def continue_templat(
    katalog: Katalog,
    request: CollectRequest,
    per: str,
    folder: Path,
    password: str = "",
    reading: ReadingSettings | None = None,
) -> TemplateResult:
    """Write templates below a folder that hold what was accepted of the returns so far.

    Raises:
        UsageError: there is no folder of returns, or nothing in it counts. FormError: a form cannot be made.
        OutputError: the folder cannot be written. BusyError: another run writes there.
    """
    from iki_xl.corrections.continued import make_continued_files
    from iki_xl.template.variants import Per

    if not request.folder.is_dir():
        raise UsageError(f"Folder {request.folder} tidak ada, jadi belum ada isian untuk diteruskan.")
    found = gather(katalog, request, reading)
    if found.collected.bulan is None:
        raise UsageError(
            f"Belum ada realisasi yang dapat dihitung di {request.folder}. Buat templat kosong saja: "
            "`iki-xl templat` tanpa --lanjut."
        )
    digests = {name: sha256 for sha256, _, name in found.origin}
    contents = list(make_continued_files(katalog, found.collected, digests, Per(per), password))
    return write_templates(katalog, contents, folder)
