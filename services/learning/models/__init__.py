"""What is fitted around the learners of :mod:`services.torch_models.ensemble`: networks, calibration, checkpoints."""
