"""Bytes of a document -> paragraphs and tables in reading order, of any format."""
