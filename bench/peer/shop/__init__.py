"""The peer's only app: contacts, orders, products, reports."""
