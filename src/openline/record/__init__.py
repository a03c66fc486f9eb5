"""The record's bytes: leaves, tree, tiles, checkpoints, proofs, and an offline verifier."""
