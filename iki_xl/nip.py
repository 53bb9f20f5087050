"""NIP, the 18-digit number of a civil servant (spec section 5, last paragraph before the cross-checks)."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from iki_xl.comparable import as_seen

NIP_LENGTH = 18


@lru_cache(maxsize=16_384)  # one office compares every return with all of its people
def tidy_nip(text: str) -> str:
    """Remove the spaces and dots people write into a NIP, and whatever came along unseen."""
    return re.sub(r"[\s.]", "", as_seen(text))


def explain_invalid_nip(text: str) -> str | None:
    """Return why this text (spaces and dots allowed) is not a NIP, in Indonesian, or None when it is one.

    Digits 1-8 are a real birth date, 9-14 either YYYYMM (PNS) or YYYY2k with k 1-9 (PPPK),
    digit 15 is 1 or 2, the last three are not 000.
    """
    nip = tidy_nip(text)
    if not re.fullmatch(r"[0-9]+", nip):
        return "hanya boleh berisi angka"
    if len(nip) != NIP_LENGTH:
        return f"harus {NIP_LENGTH} digit, ini {len(nip)} digit"
    rules = (
        (_is_date(nip[:8]), "delapan digit pertama bukan tanggal lahir (tahun, bulan, hari)"),
        (
            re.fullmatch(r"[12][0-9]{3}(0[1-9]|1[0-2]|2[1-9])", nip[8:14]) is not None,
            "digit ke-9 sampai ke-14 bukan tahun dan bulan pengangkatan",
        ),
        (nip[14] in "12", "digit ke-15 harus 1 atau 2"),
        (nip[15:] != "000", "tiga digit terakhir tidak boleh 000"),
    )
    return next((reason for holds, reason in rules if not holds), None)


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
