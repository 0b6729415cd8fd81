"""Sorted lists that are read page by page: the walk, its pages, rows that move meanwhile, and the search index."""
