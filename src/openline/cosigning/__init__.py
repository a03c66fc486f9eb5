"""The desk's side of witnessing: asks those named for cosignatures, after each commit.

Nobody who speaks waits for it: an answer leaves as logged, and is witnessed some moments later.
"""
