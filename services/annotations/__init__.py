"""Annotations: the labels of a recording, from a browser command to database rows, history and review.

- :mod:`.service`: commands in, what changed out
- :mod:`.commands`: the table of commands: :mod:`.create`, :mod:`.edit`, :mod:`.review_decisions`, :mod:`.restoring`
- :mod:`.scope`, :mod:`.words`, :mod:`.exclusive`, :mod:`.batch_conflicts`: what every command shares
- :mod:`.import_labels`: many labels in one edit
- :mod:`.history`, :mod:`.restore_points`: the edit log in words, and the labels after an earlier edit
- :mod:`.review`, :mod:`.review_queue`, :mod:`.progress`: counts of decisions, their order, labels per class
"""
