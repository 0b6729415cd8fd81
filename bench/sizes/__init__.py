"""What grows with the number of stored orders, and what does not."""
