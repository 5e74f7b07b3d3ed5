"""The whole interactive surface: one module per task, each with ``register(app, services)``."""
