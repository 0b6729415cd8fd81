"""Products: what the orders' lines say of each productCode."""
