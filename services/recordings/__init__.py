"""Recordings: database rows, state, file list, history, renaming, trash, re-reading.

- :mod:`.service`: list and open recordings, with their states
- :mod:`.repository`: queries, inside the caller's transaction
- :mod:`.file_list`: cached list of all recordings in tree order
- :mod:`.edit_log`: rows of labels before and after each change of a recording: undo stack, history and audit trail
- :mod:`.renaming`, :mod:`.trash`: rename and move; delete with restore for 30 days
- :mod:`.rereading`, :mod:`.rereading_job`: read the bytes again with other options
- :mod:`.repin`: map labels to samples after a recording was read again
- :mod:`.readings`: summary of how a file was read; :mod:`.remembered_options`: reading options for later files
- :mod:`.source_text`: source text of a sample
"""
