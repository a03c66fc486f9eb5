"""A mirror: one party's own copy of a record, verified to its last hash as it grows.

It holds every hash, and the entries and bodies that its party may read. What it once held it never
gives up for what the desk offers later: a record rewritten or wound back is refused, and what was
offered is kept beside what was held.
"""
