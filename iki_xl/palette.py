"""Colours that several of the program's workbooks share, by what they are for."""

LINK_COLOUR = "#0B5394"
# Lines between cells: those of a form stand out a little more, for whoever fills it in.
FORM_LINE_COLOUR, TABLE_LINE_COLOUR = "#9DB2BC", "#C9CFD6"
