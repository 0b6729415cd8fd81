"""Taking orders in: what was sent is read and checked here before anything is stored."""
