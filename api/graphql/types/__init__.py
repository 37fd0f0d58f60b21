"""Output types, one file each."""
