"""The words that decide how a figure is read."""

from __future__ import annotations

from iki_xl.comparable import comparable

PERSENTASE = "Persentase"
# How names, ids and entries of lists are compared.
sama = comparable
