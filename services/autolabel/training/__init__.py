"""Train from labels: recordings a person marked a little of, and a model that labels the rest."""
