"""Lists of customers: their filters, and a page in each sort."""
