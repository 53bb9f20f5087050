"""Forms -> a catalogue, with every guess marked."""
