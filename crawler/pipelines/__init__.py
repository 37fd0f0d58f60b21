"""validate → persist → account for; one small duty each."""
