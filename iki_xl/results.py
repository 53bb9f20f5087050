"""What goes into the main path and what comes out of it: frozen requests and results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.catalog.about import Subjects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from iki_xl.catalog.edit import KatalogEdit
    from iki_xl.catalog.marks import DocumentLeftover, Guess
    from iki_xl.collect.fates import Fate
    from iki_xl.collect.merge import Collected
    from iki_xl.findings import Level, Temuan
    from iki_xl.reporters import Reporter

    Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TemplateResult:
    """The templates that were written, and what is worth knowing about the catalogue.

    `other` are workbooks in the same folder that this run did not write; `elsewhere` pairs of (file that
    another program held open, where the new one lies); `set_aside` earlier templates that somebody had
    filled in where they lay, under their new names.
    """

    outputs: tuple[Path, ...]
    temuan: tuple[Temuan, ...]
    other: tuple[Path, ...] = ()
    elsewhere: tuple[tuple[Path, Path], ...] = ()
    set_aside: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectResult:
    """What a collection found and wrote. `refused` are the files of which no sheet counts, `fates` why not.

    `temuan` come by level and person; `subjects` names whom and what each is about.
    `set_aside` are earlier copies to mend that somebody had filled in where they lay, `changed` earlier
    recaps that somebody had changed, both under their new names; `elsewhere` pairs of (file that another
    program held open, where its new content lies); `left_behind` copies to mend that are over, but open as
    well; `notes` sentences about the ledger, the archive and the run before. `reporters` are all who are
    expected to report; `bulan_notes` sentences about months that too few filled in; `other_recaps` recaps of
    other months in the folder of outputs.
    """

    bulan: int | None
    bulan_requested: bool
    file_count: int
    accepted: int
    temuan: tuple[Temuan, ...]
    outputs: tuple[Path, ...] = ()
    set_aside: tuple[Path, ...] = ()
    elsewhere: tuple[tuple[Path, Path], ...] = ()
    left_behind: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    fates: Mapping[Fate, int] = field(default_factory=dict)
    subjects: Subjects = field(default_factory=Subjects)
    changed: tuple[Path, ...] = ()
    reporters: tuple[Reporter, ...] = ()
    bulan_notes: tuple[str, ...] = ()
    other_recaps: tuple[Path, ...] = ()

    @property
    def refused(self) -> int:
        return self.file_count - self.accepted

    def count(self, level: Level) -> int:
        """Number of findings of one level."""
        return sum(t.level is level for t in self.temuan)


def ignore_progress(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _ignore_announcement(_text: str) -> None:
    """A stage that nobody hears of."""


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How to read: limits by name (readers/book.py), number of processes, who hears how far it is.

    Another `executor` than this program's own workers may be given (collect/files.py says what it must bear).
    """

    limits: Mapping[str, int] = field(default_factory=dict)
    workers: int | None = None
    progress: Progress = ignore_progress
    executor: Executor | None = None
    announce: Callable[[str], None] = _ignore_announcement


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """Returns below `folder` up to month `bulan` (None: the last filled one), outputs below `destination`.

    `work_folder` is the working folder, in which a hidden folder keeps the ledger and, unless `archive` is
    off, the originals of counted returns; None: nothing is kept. `katalog` is the file of the catalogue in
    use, which is no return wherever it lies. No return was saved after `now` (UTC, naive; None: this
    machine's clock).
    """

    folder: Path
    destination: Path
    bulan: int | None = None
    refuse_conflicts: bool = False
    work_folder: Path | None = None
    archive: bool = True
    katalog: Path | None = None
    now: datetime | None = None


@dataclass(frozen=True)
class Gathered:
    """What came back: the number of files found, the merged tables, what is said of the files themselves.

    `notes` are sentences about the ledger; `sources` is the table of every file found; `fates` says what
    became of the files of which no sheet counts; `origin` gives for each file that counts the digest of its
    bytes, where they lay, and its name.
    """

    file_count: int
    collected: Collected
    temuan: tuple[Temuan, ...]
    notes: tuple[str, ...]
    sources: pd.DataFrame
    fates: Mapping[Fate, int]
    origin: tuple[tuple[str, Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The catalogue that was made of documents, how much was found, and all that a person has to look at.

    `without_satuan` is the number of indikator without satuan; `without_form` names documents without a form,
    `without_indikator` jabatan whose forms gave none.
    """

    outputs: Path
    document: int
    jabatan: int
    indikator: int
    without_satuan: int
    guesses: tuple[Guess, ...]
    leftovers: tuple[DocumentLeftover, ...]
    without_form: tuple[str, ...] = ()
    without_indikator: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KatalogResult:
    """What became of a catalogue: where it lies, what was done to it, where the earlier file is kept.

    `earlier` is None where there was nothing to do; `elsewhere` is as in `TemplateResult`.
    """

    outputs: Path
    edit: KatalogEdit
    earlier: Path | None = None
    elsewhere: tuple[tuple[Path, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class SampleResult:
    """A sample office's working folder: what was made up, and what the collection gave."""

    folder: Path
    templat: int
    story: tuple[tuple[str, str], ...]
    mistakes: int
    not_returned: tuple[str, ...]
    kumpul: CollectResult
