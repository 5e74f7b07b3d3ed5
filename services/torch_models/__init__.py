"""Auto-labelling with torch: load a checkpoint and predict a class for each row of a recording.

Only modules of this package and of :mod:`services.learning` import torch, and the web process imports none of those:
:mod:`.safe_loading`, :mod:`.model`, :mod:`.fitting` and :mod:`.confidence` do without it. A checkpoint is a stranger's
file: :mod:`.safe_loading` checks it byte by byte, then :mod:`.inspection` opens it in a process of its own;
:mod:`.guarded` goes on to predict in that process.

- :mod:`.checkpoints`, :mod:`.architectures`, :mod:`.preprocessing`: the families of networks, and opening them
- :mod:`.ensemble`: the models that :mod:`services.learning` trains, from samples to class probabilities
- :mod:`.predict`, :mod:`.run_lengths`, :mod:`.confidence`: classes, segments and certainties of a recording
- :mod:`.limits`, :mod:`.resampling`: bounded memory, and other sampling steps
- :mod:`.job`, :mod:`.batch`: in a worker process, and over folders
- :mod:`.output_paths`, :mod:`.rows_csv`: what the command line writes
"""
