"""REST: JSON over HTTP under /v1, and the tokens that callers prove themselves with."""
