"""The parts PackProd brings along so that one command runs it: engine, Redis, process manager."""
