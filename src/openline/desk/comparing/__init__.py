"""What is told, held against what was told before: what would meet, was crossed, or is odd."""
