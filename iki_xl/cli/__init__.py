"""The command line: commands, what they say, and click in Indonesian."""
