"""Follows the stream of the orders' table: reads it under leases, projects what changed, wakes the workers."""
