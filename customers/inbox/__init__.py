"""The import inbox: every import that came over HTTP, accepted or not, findable and repeatable."""
