"""Compares every read model with a recompute from the orders, and mends what differs."""
