"""One module per scenario; each has `run(product, report, …)` and can be cut short for the test suite."""
