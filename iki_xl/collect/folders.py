"""A folder for each month (`workbooks/03`, `workbooks/Maret`): a file that belongs to another one is said."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.comparable import comparable
from iki_xl.findings import Place, temuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iki_xl.findings import Temuan

_NUMBER = re.compile(r"0?[1-9]|1[0-2]")
_BULAN_OF_NAME = {comparable(name): number for number, name in enumerate(BULAN, start=1)}


def check_month_folders(returns: Iterable[tuple[Place, frozenset[int]]]) -> Iterator[Temuan]:
    """Yield each return whose last month is not that of its folder; `returns` has their months by place."""
    for place, months in returns:
        folder = find_folder_bulan(place.file)
        if folder and months and max(months) != folder:
            yield temuan("B43", place, folder=BULAN[folder - 1], bulan=BULAN[max(months) - 1])


def find_folder_bulan(file: str) -> int:
    """Return the month 1..12 that the nearest folder in a file's name stands for, 0 where none does."""
    for name in reversed(PurePosixPath(file.replace("\\", "/")).parts[:-1]):
        known = _BULAN_OF_NAME.get(comparable(name), 0)
        if known or (
            name.isascii() and name.isdigit() and len(name) <= len("12") and 1 <= int(name) <= len(BULAN)
        ):
            return known or int(name)
    return 0
