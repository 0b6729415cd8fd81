"""PackProd beside the peer and the floor, with the same data in one run: what the scenario `peer` measures."""
