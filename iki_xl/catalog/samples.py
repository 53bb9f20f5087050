"""The two sample offices, kept as readable text in `offices/*.toml`."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from iki_xl.catalog.model import (
    Arah,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    RincianTarget,
    Sebaran,
    Signatory,
)
from iki_xl.catalog.public_keys import with_field_names
from iki_xl.errors import UsageError

OFFICES = ("dpmd-cianjur", "kecamatan-poncokusumo")


def read_office(name: str) -> Katalog:
    """Return the catalogue of a sample office; `name` is one of `OFFICES`.

    Only what the office's document says is given; everything else has the model's defaults. Words
    (also of satuan) are the document's own.

    Raises:
        UsageError: there is no sample of that name.
    """
    if name not in OFFICES:
        raise UsageError(f"Kantor contoh “{name}” tidak ada; pilih {' atau '.join(OFFICES)}.")
    file = resources.files("iki_xl.catalog").joinpath("offices", f"{name}.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    kantor = _read_kantor(content["kantor"])
    periods = kantor.rincian_target.period_count
    return Katalog(
        kantor=kantor,
        jabatan=tuple(_read_jabatan(entry) for entry in content["jabatan"]),
        indikator=tuple(
            _read_indikator(item, entry["id"], periods)
            for entry in content["jabatan"]
            for item in entry.get("indikator", ())
        ),
    )


def _read_kantor(entry: dict[str, Any]) -> Kantor:
    fields = with_field_names(entry)
    fields["signatory"] = Signatory(**fields.pop("signatory", {}))
    fields["rincian_target"] = RincianTarget(fields.get("rincian_target", RincianTarget.YEARLY))
    return Kantor(**fields)


def _read_jabatan(entry: dict[str, Any]) -> Jabatan:
    fields = with_field_names({key: value for key, value in entry.items() if key != "indikator"})
    for name in ("fungsi", "sasaran_without_indikator"):
        fields[name] = tuple(fields.get(name, ()))
    return Jabatan(**fields)


def _read_indikator(entry: dict[str, Any], id_jabatan: str, periods: int) -> Indikator:
    fields = with_field_names(entry)
    fields["arah"] = Arah(fields.get("arah", Arah.MAXIMAL))
    fields["sebaran"] = Sebaran(fields.get("sebaran", Sebaran.UNSAID))
    fields["period_targets"] = tuple(fields.get("period_targets", (None,) * periods))
    return Indikator(id_jabatan=id_jabatan, **fields)
