"""Auto-labelling: a checkpoint, a recording, and a class for each of its rows.

Only modules below this package import torch, and the web process imports none of those: :mod:`.guard`,
:mod:`.model` and :mod:`.fitting` do without it. A checkpoint is a stranger's file: it is first looked through by
:mod:`.guard` byte by byte, then opened by :mod:`.inspection` in a process of its own.
"""
