"""What a request may cost at 5,000 orders: each budget is a row of budgets.md."""
