"""Products: their figures and lists, made from the lines of the orders."""
