"""Inference of a trained ensemble: features, learners, smoothing.

- :mod:`.ensemble`, :mod:`.in_order`: from samples to a probability of each class, in bounded memory, on several threads
- :mod:`.features`, :mod:`.scales`: input of the learners
- :mod:`.extra_trees`, :mod:`.rocket`, :mod:`.networks`: the learners
- :mod:`.hmm`, :mod:`.fragments`: segments by durations and order
- :mod:`.agreement`, :mod:`.novelty`: temperature of the scores; frames unlike all labelled frames
- :mod:`.structure`: validation of a checkpoint's tensors
"""
