"""What the fields of the model are called outside the code.

A field has the same key in katalog.xlsx's layout, in the offices' TOML files and in the catalogue's
fingerprint. Mostly that is the field's own name; the others are declared here, and nowhere else.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

_Value = TypeVar("_Value")

PUBLIC_KEYS: Mapping[str, str] = MappingProxyType(
    {
        # Kantor
        "decree_number": "nomor_keputusan",
        "place": "tempat",
        "dated": "tanggal",
        "signatory": "penandatangan",
        "reporting_deadline": "batas_lapor",
        # Jabatan
        "outside_atasan": "atasan_luar",
        "sasaran_without_indikator": "sasaran_tanpa_indikator",
        # Indikator
        "period_targets": "target_periode",
        # Referensi
        "capaian_cap": "batas_capaian",
        "percentage_over_100": "persentase_di_atas_100",
        # SkalaStep
        "threshold": "batas",
        "label": "sebutan",
    }
)
"""Public key by the name of the field."""

SIGNATORY_PREFIX = f"{PUBLIC_KEYS['signatory']}_"
"""How the keys of the signatory's fields begin where they stand among those of Kantor."""

_FIELD_NAMES = {key: name for name, key in PUBLIC_KEYS.items()}


def with_public_keys(record: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return a record by public keys, given one by field names."""
    return {PUBLIC_KEYS.get(name, name): value for name, value in record.items()}


def with_field_names(record: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return a record by field names, given one by public keys."""
    return {_FIELD_NAMES.get(key, key): value for key, value in record.items()}
