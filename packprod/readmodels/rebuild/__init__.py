"""Verifies and rebuilds read models: compares each with a recompute from the orders, and mends what differs."""
