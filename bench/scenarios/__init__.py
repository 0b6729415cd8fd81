"""The scenarios, one per module, each with `run(product, report, …)`. The test suite runs shorter versions of them."""
