"""How good a model is: held-out segments, metrics with intervals, matching of segments, warnings, reports."""
