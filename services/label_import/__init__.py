"""Import labels from CSV files and from other recordings.

- :mod:`.service`: dry run and import of label files
- :mod:`.matching`, :mod:`.placing`: the recording of a file, the samples of a label
- :mod:`.pairs`: a label CSV and a label JSON of the same save
- :mod:`.report`: result of each file and line
- :mod:`.sent_files`: uploaded label files and the user's choices
- :mod:`.copying`: copy labels to recordings of the same shape
- :mod:`.folder`: find label files in folders, for the command line
"""

from __future__ import annotations

from services.label_import.report import FileReport
from services.label_import.service import Given, LabelImport

__all__ = ["FileReport", "Given", "LabelImport"]
