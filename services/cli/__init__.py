"""Command-line interface of ``app.py``.

- :mod:`.command_line`: the commands; :mod:`.training_command`: ``train``
- :mod:`.backup_command`: ``backup``, ``restore``; :mod:`.doctor_command`: ``doctor``;
  :mod:`.user_command`: ``user``
- :mod:`.terminal`: sentences and progress on a terminal
"""
