"""Fitting of the ensemble (:mod:`services.torch_models.ensemble`): networks, calibration, checkpoints."""
