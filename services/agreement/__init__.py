"""Inter-annotator agreement on the same recordings, and settling of disagreements.

- :mod:`.labels`: the labels of recordings as arrays, by author
- :mod:`.figures`: F1 of matched segments, Cohen's kappa, differences of boundaries
- :mod:`.places`: where authors disagree
- :mod:`.settling`: the edit that settles a place
- :mod:`.service`: comparisons and settling, for the Agreement page
"""
