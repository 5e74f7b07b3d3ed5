"""The file tree on the left of every page, the Files page, and the dialogs of file actions.

``tree_rows`` makes the rows of the tree (pure) · ``tree`` the pane around them · ``menu`` the menu of a row ·
``dialogs`` rename, move, delete, purge · ``page`` the Files page with ``progress`` and ``table`` · ``words`` states,
counts and sizes in words.
"""
