"""The main path: a handful of functions that only call the stages, in order, and return frozen results."""

from iki_xl.pipeline.catalogue import impor, load_katalog, make_templat, mulai, rewrite_katalog
from iki_xl.pipeline.collection import gather, kumpul, periksa
from iki_xl.pipeline.continuation import continue_templat
from iki_xl.pipeline.folders import KATALOG_NAME, REPORTS_FOLDER, TEMPLAT_FOLDER, WORKBOOKS_FOLDER

__all__ = [
    "KATALOG_NAME",
    "REPORTS_FOLDER",
    "TEMPLAT_FOLDER",
    "WORKBOOKS_FOLDER",
    "continue_templat",
    "gather",
    "impor",
    "kumpul",
    "load_katalog",
    "make_templat",
    "mulai",
    "periksa",
    "rewrite_katalog",
]
