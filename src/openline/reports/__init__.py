"""The reports desk: a news report becomes drafts that a human confirms. Pure but for its own data.

Text goes in, drafts come out, each with its sentence; nothing here writes or asks anything. What
cannot be told is `None`, and what was left out is named.
"""
