"""`make run`: starts and supervises the whole product, with a database engine and a Redis of its own."""
