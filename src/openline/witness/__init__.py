"""A witness: cosigns a record's checkpoints while each goes on from the last, and never a fork.

It sees hashes alone and needs nothing of a desk: any log that speaks C2SP tlog-witness is served.
"""
