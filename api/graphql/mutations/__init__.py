"""Mutations, one file a subject; each is a transaction that is done or not."""
