"""Follows the stream of the orders' table: reads it under leases, projects the changed orders, wakes the workers."""
