"""Results as people read them in a terminal, and as one JSON object for programs."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

import click

from iki_xl.catalog import BULAN
from iki_xl.cli.printing import as_text, escaped_json, make_printable, say
from iki_xl.findings import Level, temuan_record
from iki_xl.reporters import ReportState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from click._termui_impl import ProgressBar

    from iki_xl.catalog.about import Subjects
    from iki_xl.catalog.edit_steps import ShapeSteps
    from iki_xl.catalog.marks import DocumentLeftover
    from iki_xl.findings import Temuan
    from iki_xl.reporters import Reporter
    from iki_xl.results import CollectResult, ImportResult, KatalogResult, SampleResult, TemplateResult

# Files named one by one; more are counted.
_FILES_NAMED = 20
_JABATAN_NAMED = _PEOPLE_NAMED = 10
# Leftovers of an import named one by one, and letters shown of each.
_LEFTOVERS_NAMED, _LEFTOVER_LETTERS = 10, 90
_LEVEL_MEANINGS = {
    Level.GALAT: "tidak dihitung sampai diperbaiki",
    Level.PERINGATAN: "dihitung, mohon diperiksa",
    Level.INFO: "untuk diketahui",
}
# Work shorter than this shows no progress.
_SECONDS_WITHOUT_BAR = 1.0


def make_json(result: CollectResult) -> str:
    """Return the object that docs/perintah.md promises."""
    content = {
        "berkas": result.file_count,
        "diterima": result.accepted,
        "ditolak": result.refused,
        "galat": result.count(Level.GALAT),
        "peringatan": result.count(Level.PERINGATAN),
        "temuan": [temuan_record(result.subjects.named(t)) for t in result.temuan],
        "keluaran": [str(p) for p in result.outputs],
    }
    return escaped_json(json.dumps(content, ensure_ascii=False, indent=2))


def make_progress_bar(title: str) -> Callable[[int, int], None]:
    """Return what shows progress on a terminal's standard error, and nothing in a pipe.

    Work that is done within about a second, counted from here, shows nothing.
    """
    start = time.monotonic()
    bar: ProgressBar[int] | None = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            if done >= total or time.monotonic() - start < _SECONDS_WITHOUT_BAR or not sys.stderr.isatty():
                return
            bar = click.progressbar(length=total, label=make_printable(title), file=sys.stderr, show_pos=True)
        bar.update(done - bar.pos)
        if done >= total:
            bar.render_finish()

    return show


def announce(text: str) -> None:
    """Say on a terminal what the program does next; nothing in a pipe."""
    if sys.stderr.isatty():
        say(text, error=True)


def _describe_without_indikator(names: Sequence[str]) -> list[str]:
    """One line that names the jabatan whose forms gave no indikator, as many as fit."""
    if not names:
        return []
    rest = len(names) - _JABATAN_NAMED
    more = f"; dan {rest} lainnya" if rest > 0 else ""
    return [f"{len(names)} jabatan tanpa indikator: {'; '.join(names[:_JABATAN_NAMED])}{more}."]


def describe_impor(result: ImportResult) -> str:
    """Say what was found, what was guessed, what is left over, and what to do now."""
    kinds = Counter(_name_guess_kind(t.sheet, t.column) for t in result.guesses)
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    lines = [
        f"{result.jabatan} jabatan dan {result.indikator} indikator ditemukan di {result.document} dokumen.",
        f"Ditebak, perlu diperiksa: {len(result.guesses)} isian ({counts}).",
    ]
    if result.without_satuan:
        lines.append(
            f"{result.without_satuan} indikator tanpa satuan: isi di katalog, atau biarkan pegawai "
            "memilihnya."
        )
    lines += _describe_without_indikator(result.without_indikator)
    lines += [f"Tidak ada formulir IKI di {name}." for name in result.without_form]
    if result.leftovers:
        lines += [
            "",
            f"{len(result.leftovers)} teks belum mendapat tempat di katalog:",
            *_list_leftovers(result.leftovers),
        ]
    option = "" if str(result.outputs) == "katalog.xlsx" else f" --katalog {result.outputs}"
    lines += [
        "",
        f"Katalog ditulis: {result.outputs}",
        "Buka katalog itu, periksa sel kuning bercetak miring dan kolom Perlu diperiksa,",
        f"lalu jalankan `iki-xl templat{option}`.",
    ]
    return as_text(lines)


def _name_guess_kind(sheet: str, column: str) -> str:
    if sheet == "Kantor":
        return "kantor"
    names = {
        "atasan": "atasan",
        "atasan_luar": "atasan",
        "satuan": "satuan",
        "tipe_perhitungan": "tipe perhitungan",
    }
    return names.get(column, "lainnya")


def _list_leftovers(leftovers: Sequence[DocumentLeftover]) -> Iterator[str]:
    for item in leftovers[:_LEFTOVERS_NAMED]:
        page = f" halaman {item.page}" if item.page else ""
        text = " ".join(item.text.split())
        shown = text if len(text) <= _LEFTOVER_LETTERS else text[: _LEFTOVER_LETTERS - 1] + "…"
        yield f"  {item.document}{page}: {shown}"
    if len(leftovers) > _LEFTOVERS_NAMED:
        yield f"  … dan {len(leftovers) - _LEFTOVERS_NAMED} lagi"
    yield "  Semuanya ada di lembar Sisa dokumen."


def describe_katalog(result: KatalogResult) -> str:
    """Say what was done to a catalogue, what of it is not used, and where the earlier file is."""
    edit, steps = result.edit, result.edit.steps
    lines = [f"Rincian target: {edit.rincian}."]
    if result.earlier is None:
        lines.append(f"{result.outputs} sudah berbentuk terbaru; tidak ada yang diubah.")
    for word, changes in (("Ditambahkan", steps.added), ("Dihapus karena kosong", steps.removed)):
        for sheet, titles in groupby(changes, key=lambda change: change[0]):
            named = ", ".join(title for _, title in titles if title)
            lines.append(f"{word}: lembar {sheet}{f', {named}' if named else ''}.")
    lines += _describe_places(steps)
    for column in edit.leftovers:
        lines.append(
            f"Kolom {column.title} masih berisi {column.filled} isian dan tidak dipakai selama rincian "
            f"target {edit.rincian}."
        )
    if edit.losses:
        lines += [
            "",
            "Yang tidak ikut ke katalog baru atau mungkin tampak lain; salin kembali dari katalog yang lama:",
            *(f"  {loss}" for loss in edit.losses),
        ]
    if result.earlier is not None:
        lines += ["", f"Katalog ditulis: {result.outputs}", f"Katalog yang lama disimpan: {result.earlier}"]
    return as_text([*lines, *_list_elsewhere(result.elsewhere)])


def _describe_places(steps: ShapeSteps) -> Iterator[str]:
    for reason, changes in groupby(steps.at_the_end, key=lambda change: change[1]):
        named = ", ".join(title for title, _ in changes)
        yield f"{named} ditaruh paling akhir, karena menyisipkannya akan merusak {reason}."
    for reason, changes in groupby(steps.kept, key=lambda change: change[1]):
        named = ", ".join(title for title, _ in changes)
        yield f"Kolom kosong {named} dibiarkan ({reason}); boleh dihapus sendiri."


def describe_templat(result: TemplateResult) -> str:
    """Say which templates were written, and what the catalogue still lacks."""
    lines = [f"{len(result.outputs)} templat ditulis:", *_list_files(result.outputs)]
    if result.set_aside:
        lines += [
            "",
            "Templat yang sudah diisi orang di folder itu, disisihkan; bila itu laporan, taruh di workbooks:",
            *_list_files(result.set_aside),
        ]
    lines += _list_elsewhere(result.elsewhere)
    if result.other:
        lines += [
            "",
            "Di folder itu masih ada berkas lain, mungkin templat lama:",
            *_list_files(result.other),
        ]
    if result.temuan:
        lines += ["", "Catatan tentang katalog:", *map(_remark, result.temuan)]
    return as_text(lines)


def _remark(said: Temuan) -> str:
    """What is said of the catalogue, and in which cell."""
    place = f"{said.sheet}!{said.cell}: " if said.cell else ""
    return f"  {place}{said.message} {said.remedy}"


def describe_kumpul(result: CollectResult) -> str:
    """Say what was found, by level and person, then the counts and where everything is."""
    lines = [
        line
        for level, group in groupby(result.temuan, key=lambda t: t.level)
        for line in _describe_level(level, tuple(group), result.subjects)
    ]
    counts = ", ".join(f"{level} {result.count(level)}" for level in Level)
    lines += [f"{_describe_files(result)}; {counts}.", _describe_bulan(result), *result.bulan_notes]
    lines += _describe_reporters(result)
    if result.outputs:
        lines += ["", "Hasil:", *_list_files(result.outputs)]
    if result.set_aside:
        lines += ["", "Salinan lama yang sudah diisi orang, disisihkan:", *_list_files(result.set_aside)]
    if result.changed:
        lines += ["", "Rekap lama yang sudah diubah orang, disisihkan:", *_list_files(result.changed)]
    lines += _list_elsewhere(result.elsewhere)
    if result.other_recaps:
        names = ", ".join(path.name for path in result.other_recaps)
        lines += ["", f"Di folder itu juga ada rekap bulan lain: {names}."]
    if result.left_behind:
        lines += [
            "",
            "Salinan lama yang tidak diperlukan lagi, tetapi sedang terbuka sehingga belum dihapus:",
            *_list_files(result.left_behind),
        ]
    return as_text(lines)


def describe_contoh(result: SampleResult) -> str:
    """Say what the sample is, honestly, and where everything is."""
    sent, back, never = result.templat, len(result.story), len(result.not_returned)
    galat, peringatan = (result.kumpul.count(t) for t in (Level.GALAT, Level.PERINGATAN))
    lines = [
        f"Folder kerja contoh: {result.folder}",
        "  Ini contoh isian, bukan data kantor: nama, NIP dan angkanya dibuat-buat,",
        f"  dengan {result.mistakes} kejanggalan yang disengaja. Rinciannya di reports/contoh-isian.md.",
        f"  {sent} templat, {back} berkas kembali, {never} templat tidak kembali.",
        f"  Ditemukan {galat} galat dan {peringatan} peringatan (temuan.csv, dan lembar Temuan di rekap).",
        "",
        "Hasil:",
        f"  {result.folder / 'katalog.xlsx'}",
        f"  {result.folder / 'templates'}",
        f"  {result.folder / 'workbooks'}",
        *_list_files(result.kumpul.outputs),
    ]
    return as_text(lines)


def _describe_bulan(result: CollectResult) -> str:
    if result.bulan is None:
        return "Belum ada realisasi yang terisi."
    name = BULAN[result.bulan - 1]
    why = "seperti yang diminta" if result.bulan_requested else "bulan terakhir yang diisi cukup pelapor"
    return f"Dihitung sampai {name} ({why})."


def _describe_reporters(result: CollectResult) -> Iterator[str]:
    """Two lines: how many reported the month, and who has not."""
    if not result.reporters or result.bulan is None:
        return
    missing = [person for person in result.reporters if not person.has_reported]
    done = len(result.reporters) - len(missing)
    yield f"Melapor bulan {BULAN[result.bulan - 1]}: {done} dari {len(result.reporters)} pelapor."
    groups = [
        f"{len(some)} {state} ({_name_people(some)})"
        for state in ReportState
        if (some := [person for person in missing if person.state is state])
    ]
    if groups:
        yield f"Belum: {'; '.join(groups)}. Teks untuk mengingatkan ada di pengingat.txt."


def _name_people(people: Sequence[Reporter]) -> str:
    since = [f" di {BULAN[person.last_bulan - 1]}" if person.last_bulan else "" for person in people]
    names = [f"{p.nama or p.jabatan.nama}{more}" for p, more in zip(people, since, strict=True)]
    rest = len(names) - _PEOPLE_NAMED
    return ", ".join(names[:_PEOPLE_NAMED]) + (f", dan {rest} lainnya" if rest > 0 else "")


def _describe_files(result: CollectResult) -> str:
    """Say how many files there are, and what became of each."""
    others = [f"{fate} {count}" for fate, count in result.fates.items()] or [f"ditolak {result.refused}"]
    return ", ".join([f"Berkas {result.file_count}", f"diterima {result.accepted}", *others])


def _describe_level(level: Level, found: Sequence[Temuan], subjects: Subjects) -> Iterator[str]:
    """The findings of one level, each person's together."""
    yield f"{level.upper()} ({len(found)}): {_LEVEL_MEANINGS[level]}"
    yield ""
    for (person, file), group in groupby(found, key=lambda t: (subjects.person(t), t.file)):
        yield f"{person} ({file})" if person else file
        for advice, same in groupby(group, key=lambda t: t.remedy):
            yield from (_describe_temuan(t, subjects) for t in same)
            yield f"      → {advice}"
        yield ""


def _describe_temuan(t: Temuan, subjects: Subjects) -> str:
    """One finding: level and code, where, which indikator, and what is wrong."""
    indikator = subjects.about(t).indikator
    cell = f"{t.sheet}!{t.cell}" if t.cell else t.sheet
    where = ", ".join(part for part in (cell, f"“{indikator}”" if indikator else "") if part)
    return f"  [{t.level} {t.code}] {where + ': ' if where else ''}{t.message}"


def _list_elsewhere(pairs: Sequence[tuple[Path, Path]]) -> Iterator[str]:
    """Say which files were open and kept their old content, and where the new one is."""
    for old, new in pairs:
        yield ""
        yield (
            f"{old} sedang terbuka di program lain sehingga isinya masih yang lama; yang baru ada di {new}. "
            "Tutup berkas itu, lalu jalankan perintahnya sekali lagi."
        )


def _list_files(paths: Sequence[Path]) -> Iterator[str]:
    yield from (f"  {path}" for path in paths[:_FILES_NAMED])
    if len(paths) > _FILES_NAMED:
        yield f"  … dan {len(paths) - _FILES_NAMED} berkas lagi di {paths[-1].parent}"
