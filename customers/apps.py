"""The Django app of customers: registers its tables and read models."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Contacts, their metrics, and the import that writes orders and contacts."""

    name = "customers"
    verbose_name = "Sales"  # the same menu group as orders

    def ready(self) -> None:
        """Registers tables, read models, and what lists of orders need to know of customers."""
        from customers.cohorts.read_model import COHORT_LIST, COHORTS
        from customers.contact_index.tables import ContactKey
        from customers.lists.filter import contacts_named
        from customers.metrics import SEGMENTS
        from customers.population.read_model import MEMBERS, POPULATION, POPULATION_SHARDS
        from customers.population.selectors import segment_members
        from customers.read_model import CUSTOMERS
        from customers.reorders.read_model import REORDERS
        from customers.reorders.tables import Reorder
        from customers.services import cache_changes_mend, contact_changes_follow
        from customers.tables import Contact, CustomerMetrics, ListedCustomer
        from orders.lists.filter import CustomerLookup, register_customer_lookup
        from packprod.dynamodb.tables import register_tables
        from packprod.readmodels.registry import register_read_model
        from packprod.readmodels.stream.followed import FollowedTable, register_followed

        register_customer_lookup(
            CustomerLookup(
                groups=SEGMENTS,
                members=lambda name, now: frozenset(segment_members(name, now=now)),
                named=contacts_named,
            )
        )
        register_tables(Contact, ContactKey, CustomerMetrics, ListedCustomer, Reorder)
        register_followed(FollowedTable(CustomerMetrics, cache_changes_mend))
        register_followed(FollowedTable(Contact, contact_changes_follow, pause=0.25))
        for model in (CUSTOMERS, POPULATION_SHARDS, POPULATION, COHORTS, COHORT_LIST, MEMBERS, REORDERS):
            register_read_model(model)
