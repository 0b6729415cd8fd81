"""Data health: is everything that came in in the figures, are the figures right, and what to do if not."""
