"""Judging a copy of a record: what it proves, what it does not, and what is wrong with it."""
