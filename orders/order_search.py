"""What the text in the search box over orders means: a reference, an e-mail, a product code or a name.

An e-mail has an @. Otherwise the first that something is found for counts, in this order: references that start like
the text, the product with exactly this code, customers with these words in name, e-mail or company. A text without a
letter or digit is the start of no name.
"""

from dataclasses import replace
from typing import Final

from orders.drivers import FEW_CONTACTS, references
from orders.order_filter import OrderFilter
from orders.products.read_models import PRODUCTS
from orders.read_models import KEY_LENGTH
from packprod.dynamodb.reads import Partition, query_page
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.search_index import few_subjects
from packprod.readmodels.tables import Projection
from packprod.searching import is_searchable, query_words

EMAIL: Final = "e-mail"
REFERENCE: Final = "reference"
PRODUCT: Final = "product"
NAME: Final = "name"
CUSTOMER_SEARCH_KIND = "customer"  # as customers.read_model files its words
MOST_LOOKUPS = 6  # words looked up in the index; all are compared


def search_kind(text: str) -> str:
    """Which kind a text is; reads at most two rows."""
    if "@" in text:
        return EMAIL
    if query_page(references(text.casefold()), limit=1).items:
        return REFERENCE
    if _is_product(text):
        return PRODUCT
    return NAME if is_searchable(text) else REFERENCE


def _is_product(code: str) -> bool:
    orders = Partition(Projection, hash=("bucket", bucket_id(PRODUCTS.name, code[:KEY_LENGTH])))
    return bool(query_page(orders, limit=1).items)


def searched(wanted: OrderFilter, text: str, *, kind: str) -> OrderFilter:
    """The filter narrowed to what a text of this kind finds."""
    match kind:
        case "product":
            return replace(wanted, product_code=text)
        case "name":
            return _by_name(wanted, text)
        case _:
            return replace(wanted, search=text)


def _by_name(wanted: OrderFilter, text: str) -> OrderFilter:
    """The orders with these words; read from the customers who have them, unless there are too many or none."""
    words = query_words(text)
    rare = [found for word in words[:MOST_LOOKUPS] if (found := few_subjects(CUSTOMER_SEARCH_KIND, [word])) is not None]
    contacts = set.intersection(*rare) if rare else set()
    few = contacts if len(contacts) <= FEW_CONTACTS else set()
    return replace(wanted, words=tuple(words), contact_ids=frozenset(few))
