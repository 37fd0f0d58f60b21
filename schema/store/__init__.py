"""The write side: one function a fact, in bulk where it matters. The caller owns the transaction."""
