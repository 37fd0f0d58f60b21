"""Politeness: who may be asked, what robots.txt says, and an account of every request."""
