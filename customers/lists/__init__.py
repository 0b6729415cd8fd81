"""Lists of customers: what they are narrowed to, and the listing in each sort."""
