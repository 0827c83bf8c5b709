"""Figures: queries on a published version that end in plain dataclasses, and pure arithmetic on those.

Nothing here formats, draws or writes. One query per subject and quarter (or day) fetches the whole company; nodes are
sliced from it in memory, so sixty personal reports cost no more queries than one.
"""
