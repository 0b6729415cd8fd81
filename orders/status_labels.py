"""How statuses look: the same word and colour in every list and on every page."""

from packprod.admin.formats import label

PARKED = "Parked"
STATUS_COLOURS = {  # unfold's "info" and our "primary" are the same blue: at most one of the two
    "Received": "",
    "Processing": "warning",
    "Shipped": "primary",
    "Completed": "success",
    "Cancelled": "danger",
    "Refunded": "danger",
    PARKED: "danger",
}


def status_name(status: str) -> str:
    """A stored status as staff read it."""
    return status.capitalize()


def status_label(status: str) -> str:
    """The coloured label of a stored status; one that we do not know is grey, as a new order is."""
    name = status_name(status)
    return label(name, STATUS_COLOURS.get(name, ""))
