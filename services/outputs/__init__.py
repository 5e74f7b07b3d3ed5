"""Saved label files (outputs/): write, list, preview, delete, pack as ZIP.

- :mod:`.service`: write label CSV and JSON of a recording, settled or per author; pack ZIPs
- :mod:`.snapshots`: the labels of a recording as they are written
- :mod:`.save_all`: Save All as a job with progress
- :mod:`.saved_files`: states of saved files; preview; delete
"""
