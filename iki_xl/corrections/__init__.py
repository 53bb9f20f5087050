"""The copies to mend: collector's cells and measures, handed to the template's writer."""
