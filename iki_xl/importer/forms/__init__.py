"""Paragraphs and tables -> the forms of the jabatan."""
