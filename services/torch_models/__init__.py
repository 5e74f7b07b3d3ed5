"""Auto-labelling with torch: load a checkpoint and predict a class for each row of a recording.

Only modules of this package and of :mod:`services.learning` import torch; the web process imports none of those:
:mod:`.safe_loading`, :mod:`.model`, :mod:`.fitting` and :mod:`.confidence` work without it. Checkpoints are untrusted:
:mod:`.safe_loading` checks the bytes, then :mod:`.inspection` opens the file in a separate process;
:mod:`.guarded` also predicts in such a process.

- :mod:`.checkpoints`, :mod:`.architectures`, :mod:`.preprocessing`: network architectures, and loading them
- :mod:`.ensemble`: the models that :mod:`services.learning` trains, from samples to class probabilities
- :mod:`.predict`, :mod:`.run_lengths`, :mod:`.confidence`: classes, segments and confidences of a recording
- :mod:`.limits`, :mod:`.resampling`: bounded memory, and other sampling steps
- :mod:`.job`, :mod:`.batch`: inference in a worker process, and for folders
- :mod:`.output_paths`, :mod:`.rows_csv`: output files of the command line
"""
