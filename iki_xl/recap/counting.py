"""Counts and averages over the rows of the sheets behind, as expressions of a formula, without "="."""

from __future__ import annotations

from iki_xl.formulas import quote_text, round_in_formula


def count_text(cells: str, word: str) -> str:
    """How many cells of a range hold exactly this text."""
    return f"SUMPRODUCT(--EXACT({cells},{quote_text(word)}))"


def count_by_key(key: str, number: str, other: str = "", condition: str = "") -> str:
    """How many rows have this number as their key and, in `other`, a figure under a condition."""
    more = f",{other},{quote_text(condition)}" if other else ""
    return f"COUNTIF{'S' if other else ''}({key},{number}{more})"


def sum_by_key(key: str, number: str, expression: str) -> str:
    """The sum of `expression` over the rows that have this number as their key."""
    return f"SUMIF({key},{number},{expression})"


def average_by_key(key: str, number: str, expression: str) -> str:
    """Mean of the numbers in `expression` over the rows that have this number as their key, in one pass."""
    return f'IFERROR({round_in_formula(f"AVERAGEIF({key},{number},{expression})")},"")'
