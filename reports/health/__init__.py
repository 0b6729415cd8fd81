"""Data health: whether all data is in the figures and the figures are right, and what to do if not."""
