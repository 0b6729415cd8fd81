"""Narrows a list of orders to what the text in the search box finds.

A text with an @ is a whole e-mail. Any other finds by reference, by product and by customer at once: an order whose
reference starts like somebody's name must not hide the orders of all who are called so (docs/adr/0025).
"""

from dataclasses import replace

from orders.drivers import FEW_CONTACTS
from orders.named_customers import named_customers
from orders.order_filter import OrderFilter
from orders.search_text import SearchText
from packprod.text import query_words


def searched(wanted: OrderFilter, text: str) -> OrderFilter:
    """The filter narrowed by a text that is not blank. Raises EngineUnavailable."""
    if "@" in text:
        return replace(wanted, search=text)
    words = tuple(query_words(text))
    contacts = named_customers(words)
    few = contacts is not None and len(contacts) <= FEW_CONTACTS
    return replace(wanted, text=SearchText(text, words, contacts if few else None))
