"""Expected reorders: when a customer is likely to order a product again, and which orders are overdue."""
