"""A table whose ruling was lost in the copy: its words are put back into rows and cells.

Every way to cut the words into cells is weighed (gaps, wording, indikator repeated by formulasi) and the best
is taken, by dynamic programming over the places where a cell may begin.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.importer.forms.titles import FORMULASI, INDIKATOR, SUMBER_DATA
from iki_xl.importer.read.weights import (
    BLANK_COLUMN_SCORES,
    BREAK_SCORES,
    IMPOSSIBLE,
    OFFICE_WORDS,
    RUN_ON_SCORES,
    Phrase,
    is_list_mark,
    score_cell,
    score_likeness,
)
from iki_xl.importer.read.words import (
    Gap,
    TextLine,
    Word,
    join_cell_text,
    keep_letters_and_digits,
    list_words,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_WORST_RUN_ON = -22.0
_MOST_CELL_WORDS = 120
_MOST_TRAILS = 30
_RUN_ON_AT_MARK = -0.5
_SHORTEST_WORD = 3
_WORST_SCORE = -14.0  # a cell worse than this is not looked at: no row with it is ever the best
_UNPLACED_SCORE = -30.0
_KNOWN_SUMBER_DATA_SCORE = 3.0

CellSpan = tuple[int, int]  # a cell: first word and the word after the last; equal where the cell is blank


@dataclass(frozen=True, slots=True)
class ComposedRow:
    """A row put together: its cells' texts and the page it begins on.

    A single cell under a head of several columns is text that fits no row.
    """

    cells: tuple[str, ...]
    page: int


@dataclass(frozen=True, slots=True)
class _RowTrail:
    """A row so far: where its next cell begins, its score, its cells."""

    position: int
    score: float
    cells: tuple[CellSpan, ...]


def compose_rows(
    lines: Sequence[TextLine], columns: Sequence[str], known_sumber_data: Collection[str] = ()
) -> list[ComposedRow]:
    """Return the rows that these lines hold under the columns of their head.

    `known_sumber_data`: sumber data of other tables of the document, as `keep_letters_and_digits` gives them.
    """
    words = list_words(lines)
    if not words:
        return []
    composer = _RowComposer(words, columns, known_sumber_data)
    return [
        ComposedRow(tuple(join_cell_text(words[a:b], lines) for a, b in row), words[row[0][0]].page)
        for row in composer.find_best_rows()
    ]


class _RowComposer:
    """Finds the best cut of one table's words."""

    def __init__(
        self, words: Sequence[Word], columns: Sequence[str], known_sumber_data: Collection[str]
    ) -> None:
        self.words = words
        self.texts = tuple(k.text for k in words)
        self.columns = columns
        self.known_sumber_data = known_sumber_data
        pinned = _find_listed_words(words)
        breaks = (n for n in range(1, len(words)) if n not in pinned and self._is_cell_start(n))
        self.bounds = [*breaks, len(words)]
        self.run_on_sums = [0.0]
        for k in words:
            least = _RUN_ON_AT_MARK if is_list_mark(k.text) else IMPOSSIBLE
            self.run_on_sums.append(self.run_on_sums[-1] + max(RUN_ON_SCORES[k.gap], least))
        self.plain = tuple(keep_letters_and_digits([t]) for t in self.texts)
        self.phrases: dict[CellSpan, Phrase] = {}
        self.span_scores: dict[tuple[str, int, int], float] = {}
        self.likeness_scores: dict[tuple[CellSpan, CellSpan], float] = {}
        self.ends: dict[int, list[int]] = {}

    def _is_cell_start(self, at: int) -> bool:
        """Say whether a cell may begin at this word."""
        text, gap = self.texts[at], self.words[at].gap
        if gap not in (Gap.SPACE, Gap.WRAPPED):
            return True
        if gap is Gap.WRAPPED:
            return text[0].isupper() or is_list_mark(text)
        return text in ("Jumlah", "Persentase") or (text[0].isupper() and bool(OFFICE_WORDS.fullmatch(text)))

    def find_best_rows(self) -> list[tuple[CellSpan, ...]]:
        """Return the rows of the best reading: a cell per column, or one cell of what fits no row."""
        end = len(self.words)
        scores = {0: 0.0}
        origin: dict[int, tuple[CellSpan, ...]] = {}
        for start in [0, *self.bounds[:-1]]:
            for trail in [*self._find_rows_from(start), self._build_unplaced_row(start)]:
                if scores[start] + trail.score > scores.get(trail.position, IMPOSSIBLE):
                    scores[trail.position] = scores[start] + trail.score
                    origin[trail.position] = trail.cells
        result = []
        while end > 0:
            result.append(origin[end])
            end = origin[end][0][0]
        return result[::-1]

    def _find_rows_from(self, start: int) -> list[_RowTrail]:
        """Return the best row from `start` to every place where one may end."""
        trails = [_RowTrail(start, 0.0, ())]
        for column in self.columns:
            trails = _keep_best_trails([longer for j in trails for longer in self._extend_trail(j, column)])
        return [j for j in trails if j.position > start]

    def _build_unplaced_row(self, start: int) -> _RowTrail:
        """Return the row for words that fit no column, up to the next place where a cell may begin."""
        end = self.bounds[bisect_right(self.bounds, start)]
        return _RowTrail(end, _UNPLACED_SCORE, ((start, end),))

    def _extend_trail(self, trail: _RowTrail, column: str) -> list[_RowTrail]:
        """Return the row with this column blank, and with every cell that may stand in it."""
        a = trail.position
        result = [_RowTrail(a, trail.score + BLANK_COLUMN_SCORES[column], (*trail.cells, (a, a)))]
        if a == len(self.words):
            return result
        for b in self._find_cell_ends(a):
            score = self._score_span(column, a, b)
            if score > _WORST_SCORE:
                score += trail.score + self._score_pair(trail, column, a, b)
                result.append(_RowTrail(b, score, (*trail.cells, (a, b))))
        return result

    def _find_cell_ends(self, a: int) -> list[int]:
        """Return the places where a cell that begins at word `a` may end."""
        if a in self.ends:
            return self.ends[a]
        result = self.ends[a] = []
        for b in self.bounds[bisect_right(self.bounds, a) :]:
            if b - a > _MOST_CELL_WORDS or self.run_on_sums[b] - self.run_on_sums[a + 1] < _WORST_RUN_ON:
                break
            result.append(b)
        return result

    def _score_span(self, column: str, a: int, b: int) -> float:
        key = (column, a, b)
        if key not in self.span_scores:
            break_score = BREAK_SCORES[self.words[a].gap] if a else 0.0
            is_known = column == SUMBER_DATA and "".join(self.plain[a:b]) in self.known_sumber_data
            edge_score = (
                break_score
                + self.run_on_sums[b]
                - self.run_on_sums[a + 1]
                + _KNOWN_SUMBER_DATA_SCORE * is_known
            )
            self.span_scores[key] = score_cell(column, self.texts[a:b]) + edge_score
        return self.span_scores[key]

    def _score_pair(self, trail: _RowTrail, column: str, a: int, b: int) -> float:
        """Return points for two cells that say the same, once the second of the two is placed."""
        counterpart = {INDIKATOR: FORMULASI, FORMULASI: INDIKATOR}.get(column)
        if counterpart is None or counterpart not in self.columns:
            return 0.0
        at = list(self.columns).index(counterpart)
        if at >= len(trail.cells) or trail.cells[at][0] == trail.cells[at][1]:
            return 0.0
        key = trail.cells[at], (a, b)
        if key not in self.likeness_scores:
            self.likeness_scores[key] = score_likeness(self._build_phrase(key[0]), self._build_phrase(key[1]))
        return self.likeness_scores[key]

    def _build_phrase(self, span: CellSpan) -> Phrase:
        if span not in self.phrases:
            a, b = span
            a += b - a > 1 and is_list_mark(self.texts[a])
            long_words = frozenset(k for k in self.plain[a:b] if len(k) >= _SHORTEST_WORD)
            self.phrases[span] = Phrase("".join(self.plain[a:b]), long_words)
        return self.phrases[span]


def _find_listed_words(words: Sequence[Word]) -> set[int]:
    """Return the words at which a list that a colon announces goes on: no cell begins there."""
    result = set()
    is_open = False
    for at, k in enumerate(words[1:], start=1):
        has_mark = is_list_mark(k.text)
        if words[at - 1].text.endswith(":"):
            is_open = has_mark
        elif k.gap in (Gap.BLANK, Gap.BLANK_WITH_SPACES):
            is_open = False
        if is_open and (has_mark or k.gap not in (Gap.CLOSED, Gap.NEW_LINE)):
            result.add(at)
    return result


def _keep_best_trails(trails: list[_RowTrail]) -> list[_RowTrail]:
    """Keep, of the rows that go on alike, the best; and of all the most promising."""
    best: dict[tuple[int, CellSpan | None], _RowTrail] = {}
    for j in trails:
        key = (j.position, j.cells[-1])
        if key not in best or j.score > best[key].score:
            best[key] = j
    return sorted(best.values(), key=lambda j: -j.score)[:_MOST_TRAILS]
