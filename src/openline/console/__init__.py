"""The console: the screen of a duty officer, served by the desk itself.

`web` holds its sources, `built` what they were built into, which is what a browser gets. It is a
caller of the API like any other: nothing reaches the screen but through `view`.
"""
