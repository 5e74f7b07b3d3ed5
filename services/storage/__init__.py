"""Storage: database, tables, migrations, files and folders on disk.

- :mod:`.db`: connections and transactions
- :mod:`.tables`, :mod:`.migrations`: the tables of the working state, and their numbered changes
- :mod:`.files`, :mod:`.paths`: atomic writes, hashes, rules for relative paths
- :mod:`.group_sync`: sync what several tasks have written together
- :mod:`.preferences`: user preferences
"""
