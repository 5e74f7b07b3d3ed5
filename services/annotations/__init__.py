"""Annotations: labels of recordings, commands of the browser, history, review of suggestions.

- :mod:`.service`: apply commands, return changes
- :mod:`.commands`: the commands by name: :mod:`.create`, :mod:`.edit`, :mod:`.review_decisions`, :mod:`.restoring`
- :mod:`.scope`, :mod:`.words`, :mod:`.exclusive`, :mod:`.batch_conflicts`: shared by the commands
- :mod:`.import_labels`: many labels in one edit
- :mod:`.history`, :mod:`.restore_points`: entries of the edit log, and the labels after an earlier edit
- :mod:`.review`, :mod:`.review_queue`, :mod:`.progress`: counts of decisions, review order, labels per class
"""
