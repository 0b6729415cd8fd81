"""How segments look: the same word and colour everywhere."""

from packprod.admin.formats import label

SEGMENT_COLOURS = {"VIP": "success", "Active": "info", "New": "warning", "Dormant": ""}


def segment_label(segment: str) -> str:
    """The coloured label of a segment."""
    return label(segment, SEGMENT_COLOURS.get(segment, ""))
