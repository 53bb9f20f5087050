"""What stays on the disk: whole files, the lock, the ledger, the archive, tables of facts, seals."""
