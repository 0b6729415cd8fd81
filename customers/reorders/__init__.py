"""Reordering: when a customer is expected to order a product again, and who is overdue."""
