"""Train a model from partly labelled recordings.

- :mod:`.job`, :mod:`.core`, :mod:`.pipeline`: train, evaluate, train on all labels, save the model with its metrics
- :mod:`.trainer`, :mod:`.parallel`: fit the learners and blend them, two processes where there are two cores
- :mod:`.data`: labelled recordings as windows and tables
- :mod:`.models`: fit networks, calibrate the blend, save checkpoints
- :mod:`.evaluation`: held-out segments, metrics, warnings, reports
- :mod:`.label_doubt`, :mod:`.doubt_job`: labels whose nearest neighbours carry another class
- :mod:`.provenance`, :mod:`.job_files`: origin of a model; files exchanged with the worker
"""
