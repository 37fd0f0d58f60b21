"""The last step before a request leaves: whether it may, and when."""
