"""What is stored, and where: the database, its tables and migrations, files and folders on disk.

- :mod:`.db`: connections and transactions
- :mod:`.tables`, :mod:`.migrations`: the tables of the working state, and their numbered changes
- :mod:`.files`, :mod:`.folders`, :mod:`.paths`: atomic writes, searching folders, rules for relative paths
- :mod:`.preferences`: what a user chose about the screen
"""
