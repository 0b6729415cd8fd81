"""Every report, product and list of a product's orders against plain SQL over the orders as they came."""
