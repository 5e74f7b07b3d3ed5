"""Programs for comparison: the same plot with other libraries."""
