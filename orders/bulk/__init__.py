"""Changing the status of many orders: the work lies in SQL, order by order, and is done in short slices."""
