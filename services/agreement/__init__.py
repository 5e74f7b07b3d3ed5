"""Agreement of authors who labelled the same recordings, and settling what they disagree about.

- :mod:`.labels`: the labels of recordings as arrays, by author
- :mod:`.figures`: F1 of matched segments, Cohen's kappa, differences of boundaries
- :mod:`.places`: where authors disagree
- :mod:`.settling`: the edit that settles a place
- :mod:`.service`: what the page of agreement asks
"""
