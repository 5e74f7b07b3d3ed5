"""The command line of ``app.py``.

- :mod:`.command_line`: the commands; :mod:`.training_command`: ``train``
- :mod:`.terminal`: sentences and progress on a terminal
"""
