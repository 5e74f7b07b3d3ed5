"""Outputs: the label CSVs that Save writes.

- :mod:`.service`: one label CSV a recording at the same relative path, and the ZIP of them
- :mod:`.save_all`: Save All as a job with progress
- :mod:`.saved_files`: what is saved, older than its labels or never saved; previews; deleting
"""
