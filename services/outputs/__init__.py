"""Outputs: the label CSVs that Save writes.

- :mod:`.service`: one label CSV a recording at the same relative path, and the ZIP of them
"""
