"""CSV ingest: convert an uploaded file exactly to a store folder, or refuse it with a sentence.

- :mod:`.convert`, :mod:`.preview`: ingest a file; preview of its first rows
- :mod:`.reading_options`: the user's options for reading a file
- :mod:`.sniff`, :mod:`.samplerows`, :mod:`.delimiters`, :mod:`.magic`, :mod:`.encoding`, :mod:`.kinds`,
  :mod:`.names`, :mod:`.groups`, :mod:`.wrapped`, :mod:`.splitdecimals`, :mod:`.plan`: decide how to read it
- :mod:`.layout`, :mod:`.firstrow`, :mod:`.tablehead`, :mod:`.abovetable`, :mod:`.notdata`, :mod:`.headcells`,
  :mod:`.declared`, :mod:`.headrate`, :mod:`.headstart`: where the table begins, and what is above it
- :mod:`.blocks`, :mod:`.parse`, :mod:`.cells`, :mod:`.columns`, :mod:`.assemble`, :mod:`.longtable`,
  :mod:`.sideblocks`, :mod:`.sidemerge`, :mod:`.filldown`, :mod:`.finish`, :mod:`.pools`,
  :mod:`.sentinels`: read it in blocks
- :mod:`.timecolumn`, :mod:`.timecandidates`, :mod:`.timejoin`, :mod:`.timedoubts`: choose the time
- :mod:`.spellings`, :mod:`.months`, :mod:`.dayorder`, :mod:`.localtime`, :mod:`.zones`, :mod:`.numerictime`,
  :mod:`.clocktime`, :mod:`.timeaxis`: values of times
- :mod:`.read_as`: how a file was read, in one line; :mod:`.shape`: recognise files of the same format
- :mod:`.npyfile`: columns on disk; :mod:`.diagnose`: sentences for refusals
- :mod:`.unpack`: files compressed with gzip; :mod:`.folders`: CSV files in folders, and reasons for skipped files

``convert.ingest`` reads a file, ``preview.preview`` shows the result for its first rows. Both need pyarrow,
which is slow to import and not needed to serve pages: import them inside the functions that call them.
"""
