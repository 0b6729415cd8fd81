"""Lists of orders: their filter, the read models they are read from, the listing in each sort, their length."""
