"""From the office's own document (Word, PDF, plain text) to a catalogue that needs checking, not typing."""
