"""Recordings: the data files that can be labelled, their database rows and their source files.

- :mod:`.service`: list, open, and the state each is in
- :mod:`.repository`: the rows, inside the caller's transaction
- :mod:`.file_list`: all of them in the order of a tree, kept current
- :mod:`.edit_log`: rows of labels before and after each change of a recording: undo stack, history and audit trail
- :mod:`.renaming`, :mod:`.trash`: other names and folders; deletion for 30 days and the way back
- :mod:`.rereading`, :mod:`.rereading_job`: read the bytes again with other settings
- :mod:`.repin`: the samples of labels after the recording was read again
- :mod:`.readings`: how each was read, in one line; :mod:`.remembered`: for later files of a shape
- :mod:`.source_text`: the source's own digits for one sample
"""
