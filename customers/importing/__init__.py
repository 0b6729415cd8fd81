"""The import: checks orders that come over HTTP or from files, and stores them with their contacts."""
