"""Many templates at once, shared out over processes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from iki_xl.template.variants import plan_template_files
from iki_xl.template.writer import make_blank_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog import Katalog
    from iki_xl.template.variants import Per

# Templates that one worker makes at a time; fewer are not worth a process.
_TEMPLAT_BATCH = 40


def make_template_files(katalog: Katalog, per: Per, password: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of every template of a variant, in order: in worker processes where there are many.

    Raises:
        FormError: a form cannot be made.
    """
    from concurrent.futures import ProcessPoolExecutor

    total = len(plan_template_files(katalog, per))
    batches = [range(start, min(start + _TEMPLAT_BATCH, total)) for start in range(0, total, _TEMPLAT_BATCH)]
    work = partial(_make_batch, katalog, per, password)
    if len(batches) <= 1:
        for batch in map(work, batches):
            yield from batch
        return
    with ProcessPoolExecutor() as executor:
        for batch in executor.map(work, batches):
            yield from batch


def _make_batch(katalog: Katalog, per: Per, password: str, numbers: range) -> list[tuple[str, bytes]]:
    chosen = plan_template_files(katalog, per)[numbers.start : numbers.stop]
    return [
        (item.nama, templat_xlsx(katalog, make_blank_sheets(item.forms), password=password))
        for item in chosen
    ]
