"""The read side: a cohort's numbers as a pure function of its members' packed reactions."""
