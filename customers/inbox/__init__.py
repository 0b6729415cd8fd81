"""The import inbox: every import that came over HTTP, accepted or not; staff can find and replay each."""
