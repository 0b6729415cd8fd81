"""Lists of orders: what they are narrowed to, the read models they are read from, the listing in each sort."""
