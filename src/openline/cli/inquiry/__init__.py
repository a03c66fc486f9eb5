"""The papers of an incident: what a copy of the record tells whoever knows nothing of openline.

Made of nothing but the copy itself, so that whoever has the copy can make them again and see
whether the papers that came with it are those.
"""
