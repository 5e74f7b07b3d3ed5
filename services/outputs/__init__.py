"""Saved label files (outputs/): write, list, preview, delete, pack as ZIP.

- :mod:`.service`: write label CSV and JSON of a recording, pack ZIPs
- :mod:`.save_all`: Save All as a job with progress
- :mod:`.saved_files`: states of saved files; preview; delete
"""
