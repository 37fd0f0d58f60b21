"""Input types, one file each."""
