"""Train a model from partly labelled recordings.

- :mod:`.job`, :mod:`.core`, :mod:`.pipeline`: train, evaluate, train on everything, keep the model with its figures
- :mod:`.trainer`, :mod:`.parallel`: fit the learners and blend them, two processes where there are two cores
- :mod:`.data`: labelled recordings as windows and tables
- :mod:`.models`: fit networks, calibrate the blend, save checkpoints
- :mod:`.evaluation`: held-out segments, metrics, warnings, reports
- :mod:`.provenance`, :mod:`.job_files`: where a model comes from; files exchanged with the worker
"""
