"""File tree on the left of every page, Files page, dialogs of file actions.

``tree_rows``: rows of the tree (pure functions) · ``tree``: pane of the tree · ``menu``: menu of a row ·
``dialogs``: rename, move, delete, purge · ``page``: Files page with ``progress`` and ``table`` · ``words``: states,
counts and sizes as text.
"""
