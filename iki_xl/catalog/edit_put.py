"""An edited catalogue put in the place of the earlier one, which is kept beside it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from iki_xl.catalog.edit import changed_meanwhile, edit_katalog
from iki_xl.catalog.model import RincianTarget
from iki_xl.storage.lock import hold_folders
from iki_xl.storage.output import STALE_SECONDS, find_free_name, prepare, sweep_temporary

if TYPE_CHECKING:
    from pathlib import Path

    from iki_xl.catalog.edit import KatalogEdit


def rewrite_file(
    path: Path, rincian: str | None = None, now: datetime | None = None
) -> tuple[KatalogEdit, Path | None, tuple[tuple[Path, Path], ...]]:
    """Edit a catalogue (`rincian` by its name), and write it and the earlier one, whole or not at all.

    The earlier file's name has the moment `now` (None: the clock), and never one that is taken. A link leads
    to the catalogue itself.

    Returns:
        What was done, where the earlier file is (None: nothing was to be done), and pairs of (file that
        another program held open, where the new one lies).

    Raises:
        CatalogError: it cannot be read or edited, holds mistakes, or was saved by somebody meanwhile.
        OutputError: the folder cannot be written. BusyError: another run works there.
    """
    edit = edit_katalog(path, RincianTarget(rincian) if rincian else None)
    if edit.content is None:
        return edit, None, ()
    place = path.resolve()
    moment = now or datetime.now().astimezone()
    with hold_folders(place.parent) as alone:
        sweep_temporary(place.parent, 0 if alone else STALE_SECONDS)
        earlier = find_free_name(place, f"sebelum {moment:%Y-%m-%d %H.%M}")
        with prepare(place.parent, [(earlier.name, edit.original), (place.name, edit.content)]) as ready:
            if place.read_bytes() != edit.original:
                raise changed_meanwhile(path)
            written = ready.put_in_place()
    return edit, (earlier if path.is_symlink() else path.with_name(earlier.name)), written.elsewhere
