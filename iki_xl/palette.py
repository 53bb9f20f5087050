"""All colours of the program's workbooks, as "#RRGGBB", by what they are for; no other module writes one.

What begins with KATALOG, FORM or RECAP is that workbook's own way of saying it; the rest is said alike
wherever it is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Shade(NamedTuple):
    """A fill, and the ink that is readable on it."""

    fill: str
    ink: str

    def to_properties(self) -> dict[str, str]:
        """The two as xlsxwriter's properties of a format."""
        return {"bg_color": self.fill, "font_color": self.ink}


# Texts
ON_DARK_INK = "#FFFFFF"
PLAIN_INK = "#000000"
RECAP_INK = "#1F2A37"
LINK_COLOUR = "#0B5394"
DEADLINE_INK = "#9C2B1B"
# what is said beside the matter itself: hints, explanations, figures that do not count
KATALOG_HELP_INK, KATALOG_REMARK_INK = "#6B6B6B", "#595959"
FORM_FAINT_INK, RECAP_FAINT_INK = "#4A5A62", "#6B7280"

# Titles, heads of tables, charts
HEAD_COLOUR = "#1F4E5F"
HEAD_SHADE = Shade(HEAD_COLOUR, ON_DARK_INK)
FORM_GROUP_FILL = "#DCE9EE"
KATALOG_GUIDE_INK = "#1F4E79"
KATALOG_REQUIRED_SHADE = Shade(KATALOG_GUIDE_INK, ON_DARK_INK)
KATALOG_OPTIONAL_SHADE = Shade("#2E86C1", ON_DARK_INK)
KATALOG_HELP_SHADE = Shade("#7F8C8D", ON_DARK_INK)

# Lines between cells: those of a form stand out a little more, for whoever fills it in.
KATALOG_LINE_COLOUR, FORM_LINE_COLOUR, RECAP_LINE_COLOUR = "#BFBFBF", "#9DB2BC", "#C9CFD6"
GAP_COLOUR = "#FFFFFF"  # between filled cells, as if the paper showed

# Cells, by who fills them and whether they count
ENTRY_FILL, COMPUTED_FILL, LOCKED_FILL = "#FFF6D6", "#EEF1F3", "#FFFFFF"
# an entry that was accepted before: still open, but not what is asked for now
ACCEPTED_FILL = "#FCFAF1"
CHART_FILL = "#FFFFFF"
TILE_FILL = "#EEF3F5"
GUESS_FILL = "#FFD966"
FORM_NOT_YET_SHADE = Shade(FORM_GROUP_FILL, FORM_FAINT_INK)
LEFT_OUT_SHADE = Shade("#F1F2F4", RECAP_FAINT_INK)
NOT_REPORTED_SHADE = Shade("#D5DAE0", RECAP_INK)
BLANK_SHADE = Shade("#D9DDE2", RECAP_INK)
LATE_SHADE = Shade("#D6E6F5", "#123A5C")

# What must be mended, and what is to be looked at
KATALOG_ERROR_SHADE = Shade("#F8CBAD", "#9C0006")
FORM_ERROR_SHADE = KATALOG_ERROR_SHADE
RECAP_ERROR_SHADE = Shade("#E3D3F1", "#4A1772")
FORM_ATTENTION_FILL = "#FFE699"
RECAP_ATTENTION_SHADE = Shade("#FCEBB6", "#4F3A00")

# The skala from the best step downwards. The recap's grow darker, so that they can be told apart in a grey
# print as well; in both the words tell the same.
FORM_SKALA = (
    Shade("#1E7B4B", ON_DARK_INK),
    Shade("#A9D8B8", "#17402A"),
    Shade("#FFE699", "#4D3B00"),
    Shade("#F4B183", "#4D2200"),
    Shade("#C0392B", ON_DARK_INK),
)
RECAP_SKALA = (
    Shade("#E6F4E7", "#1B4D24"),
    Shade("#C3E0A8", "#22420F"),
    Shade("#F8CB46", "#3F2E00"),
    Shade("#E98B4A", "#2B1200"),
    Shade("#A52019", ON_DARK_INK),
)


def spread_shades(shades: Sequence[Shade], count: int) -> list[Shade]:
    """Return a shade for each of `count` steps, best first: from the first to the last at even distances."""
    last = max(count - 1, 1)
    return [shades[round(at * (len(shades) - 1) / last)] for at in range(count)]
