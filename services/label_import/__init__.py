"""Import labels from CSV files and from other recordings.

- :mod:`.service`: files of labels onto their recordings, first as a dry run, then for good
- :mod:`.matching`, :mod:`.placing`: the recording of a file, the samples of a label
- :mod:`.pairs`: a label CSV and a label JSON that were saved together
- :mod:`.report`: what becomes of each file and line
- :mod:`.sent_files`: files of labels that a browser sent, and what was chosen about them
- :mod:`.copying`: labels onto recordings of the same shape
- :mod:`.folder`: files of labels in folders, for the command line
"""

from __future__ import annotations

from services.label_import.report import FileReport
from services.label_import.service import Given, LabelImport

__all__ = ["FileReport", "Given", "LabelImport"]
