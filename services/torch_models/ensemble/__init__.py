"""Inference of a trained ensemble: features, learners, smoothing.

- :mod:`.ensemble`: from samples to a probability of each class, in bounded memory
- :mod:`.features`, :mod:`.scales`: what the learners see
- :mod:`.extra_trees`, :mod:`.rocket`, :mod:`.networks`: the learners
- :mod:`.hmm`, :mod:`.novelty`: segments by durations and order; frames unlike everything labelled
- :mod:`.structure`: validation of a checkpoint's tensors
"""
