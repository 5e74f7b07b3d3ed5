"""Model evaluation: held-out segments, metrics with confidence intervals, segment matching, warnings, reports."""
