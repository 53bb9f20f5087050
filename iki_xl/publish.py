"""The outputs of a collection: made, laid on the disk, put in place; what was there is kept or removed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from iki_xl.corrections.copies import copy_names, lay_copies
from iki_xl.corrections.marked import make_perbaikan_copies, to_mend
from iki_xl.findings import sort_temuan
from iki_xl.form.names import slug
from iki_xl.measures import measure_each_bulan
from iki_xl.recap import RecapContent, find_local_zone, rekap_xlsx
from iki_xl.reminders import ReminderContent, make_reminder_rows, make_reminder_text
from iki_xl.since import make_left_file, name_left_file
from iki_xl.storage.aside import CHANGED, FILLED, SetAside, in_the_way, old_copies, remove_obsolete, set_aside
from iki_xl.storage.facts import make_csv_rows, make_csv_table, make_csv_temuan, make_parquet_table
from iki_xl.storage.output import OWN_FOLDER, PERBAIKAN_FOLDER, PreparedFiles, open_tray
from iki_xl.tables import BULAN_NUMBERS, CAPAIAN_CSV_COLUMNS, REALISASI_CSV_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.catalog.about import Subjects
    from iki_xl.collect.merge import Collected
    from iki_xl.findings import Temuan
    from iki_xl.reporters import Reporter
    from iki_xl.since import Since


@dataclass(frozen=True)
class OutputContent:
    """What the outputs are made of: tables, findings, the month, what each finding is about, who reports.

    `since` is what changed since the recap of an earlier month.
    """

    katalog: Katalog
    merged: Collected
    sources: pd.DataFrame
    temuan: tuple[Temuan, ...]
    bulan: int
    subjects: Subjects
    reporters: tuple[Reporter, ...]
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """Where the outputs lie, all findings, and what became of what was there.

    `filled` are copies to mend and `changed` recaps that a person had changed, where they lie now;
    `elsewhere` pairs of (file that another program held open, where its new content lies); `left` copies to
    mend that are over, but open as well.
    """

    files: tuple[Path, ...]
    temuan: tuple[Temuan, ...]
    filled: tuple[Path, ...]
    changed: tuple[Path, ...]
    elsewhere: tuple[tuple[Path, Path], ...]
    left: tuple[Path, ...]


def publish(collected: OutputContent, folder: Path) -> Published:
    """Write every output; nothing old is moved or removed before all the new lies on the disk.

    The copies to mend are laid down first: where one could not be, the recap and the findings say so.

    Raises:
        OutputError: an output cannot be written. FormError: the recap would be over Excel's limits.
    """
    copies = folder / PERBAIKAN_FOLDER
    with contextlib.ExitStack() as stack:
        copies_tray, tray = (stack.enter_context(open_tray(folder)) for _ in range(2))
        to_send = make_perbaikan_copies(collected.katalog, collected.merged, collected.temuan)
        names = copy_names(to_mend(collected.merged, collected.temuan))
        laid = lay_copies(copies_tray, names, to_send, copies)
        found = sort_temuan((*collected.temuan, *laid.findings), collected.subjects.person)
        complete = replace(collected, temuan=found)
        for name, content in chain(_outputs(complete), _make_reminders(complete, laid.names)):
            tray.lay(name, content)
        ready = PreparedFiles((*tray.laid.pairs, *copies_tray.laid.pairs))
        filled, changed = _clear_the_way(ready, copies)
        written = ready.put_in_place((*filled.held, *changed.held))
    kept = (*written.files, *laid.left_out)
    left = remove_obsolete(copies, kept)
    shown = tuple(path for path in written.files if path.parent.name != OWN_FOLDER)
    return Published(shown, found, filled.files, changed.files, written.elsewhere, left)


def list_other_recaps(katalog: Katalog, bulan: int, folder: Path) -> tuple[Path, ...]:
    """Return recaps of other months that lie in the folder of outputs."""
    others = (folder / f"rekap-{_name_office_month(katalog, b)}.xlsx" for b in BULAN_NUMBERS if b != bulan)
    return tuple(path for path in others if path.is_file())


def _name_office_month(katalog: Katalog, bulan: int) -> str:
    return f"{slug(katalog.kantor.nama)}-{katalog.kantor.tahun}-{bulan:02d}"


def _clear_the_way(ready: PreparedFiles, copies: Path) -> tuple[SetAside, SetAside]:
    """Set aside what a person filled in or changed: any copy to mend, and recaps that would be replaced."""
    targets = [target for _, target in ready.pairs]
    recaps = [path for path in targets if not path.is_relative_to(copies)]
    filled = set_aside(old_copies(copies, targets), targets, FILLED)
    return filled, set_aside(in_the_way(recaps), targets, CHANGED)


def _make_reminders(collected: OutputContent, copies: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the reminders; `copies` names the copy of each returned workbook."""
    reminders = ReminderContent(
        collected.katalog, collected.reporters, collected.bulan, collected.temuan, collected.subjects, copies
    )
    yield "pengingat.txt", make_reminder_text(reminders).encode()
    yield "pengingat.csv", make_csv_rows(make_reminder_rows(reminders))


def _outputs(collected: OutputContent) -> Iterator[tuple[str, bytes]]:
    """Yield every output but the copies to mend and the reminders: name and content."""
    katalog, merged, month = collected.katalog, collected.merged, collected.bulan
    measured = measure_each_bulan(merged.rows, katalog, month)
    tables = merged.rows, measured, merged.returns, collected.temuan
    more = merged.changes, merged.explanations, collected.sources
    office = _name_office_month(katalog, month)
    about = find_local_zone(), collected.subjects, collected.since
    recap = RecapContent(katalog, month, *tables, *more, *about)
    yield f"rekap-{office}.xlsx", rekap_xlsx(recap)
    yield name_left_file(katalog.kantor.tahun, month), make_left_file(merged.realisasi)
    facts = {
        "realisasi": (merged.realisasi, REALISASI_CSV_COLUMNS),
        "capaian": (measured[month], CAPAIAN_CSV_COLUMNS),
    }
    for name, table in facts.items():
        yield f"{name}.csv", make_csv_table(*table)
    yield "temuan.csv", make_csv_temuan(map(collected.subjects.named, collected.temuan))
    for name, table in facts.items():
        content = make_parquet_table(*table)
        if content is not None:
            yield f"{name}.parquet", content
