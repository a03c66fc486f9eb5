"""Plans and tracks in the files people already have: GeoJSON, KML, GPX, CSV; positions may be MGRS.

Reading is pure and never gives up: what cannot be judged becomes a `Fault` with one sentence, and
the rest of the file is read all the same.
"""
