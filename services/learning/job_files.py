"""Names of the files that a training and its worker exchange in the folder of the job.

``known.npz`` holds for each recording ``labels<i>`` and ``wrong<i>``, int64 [segments, (class, first row, last row)];
``request.json`` has all else as plain values; the worker appends to ``curve.jsonl`` during training and writes
``model.pth``.
"""

KNOWN, REQUEST, CURVE, MODEL = "known.npz", "request.json", "curve.jsonl", "model.pth"
