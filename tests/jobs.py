"""What worker processes are given to do in tests; imports little, as it is imported in each of them."""

from __future__ import annotations

import os
import time

from iki_xl.readers.book import RefusalKind, UnreadableError


def do(item):
    """Do what the item says; a number is given back doubled."""
    job = {
        "abort": os.abort,
        "bunuh": lambda: os.kill(os.getpid(), 9),
        "keluar": lambda: os._exit(0),
        "lama": lambda: time.sleep(600),
        "putar": _spin,
        "rakus": _swallow,
        "besar": lambda: bytes(30_000_000),
        "rusak": _damaged,
        "cacat": lambda: {}["tidak ada"],
        "habis": _leave,
        "bicara": lambda: print("x" * 10_000, flush=True),  # noqa: T201 - it must not be seen
        "pid": os.getpid,
        "folder": os.getcwd,
        "modul": _heavy_modules,
        "tak terkirim": lambda: lambda: None,
    }.get(item)
    return job() if job else item * 2


def leaky(item):
    """Keep 100 MB for each item: the worker, not the item, is at fault when memory runs out."""
    _KEPT.append(bytes(100_000_000))
    return item


def slow(_item):
    """Take a moment, so that there is time to interrupt."""
    time.sleep(0.2)
    return os.getpid()


_KEPT: list[bytes] = []


def _spin():
    while True:
        pass


def _leave():
    raise SystemExit(0)


def _swallow():
    kept = []
    while True:
        kept.append(bytes(10_000_000))


def _damaged():
    raise UnreadableError("berkasnya rusak", RefusalKind.DAMAGED)


def _heavy_modules():
    import sys

    return sorted({"pandas", "pandera", "numpy", "openpyxl", "xlsxwriter", "click"} & set(sys.modules))


def count_xls_sheets(content):
    """Return how many sheets an .xls has."""
    from iki_xl.readers.book import Limits
    from iki_xl.readers.xls import read_xls

    return len(read_xls(content, Limits()).sheets)
