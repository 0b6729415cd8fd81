"""The import: takes orders in over HTTP and from files, checks them, and stores them with their contacts."""
