"""Brings cohorts up to date: queues, the chain of a sync, and what keeps it going when something dies."""
