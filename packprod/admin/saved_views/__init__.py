"""Saved views: a change list's filters, search and sort under a name, one's own or shared with everybody."""
