"""One file a sheet of the recap: its declaration, and its rows by column key."""
