"""What is owed to whom, over which lines, until when, and what is still awaited of it."""
