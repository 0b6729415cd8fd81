"""The table of the keys by which contacts are found."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UnicodeSetAttribute

from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, MapDocument, Table, prefixed

ALL = "*"
"""The range key of a row that is not about one contact."""


class ContactKey(Table):
    """An e-mail or a phone number in normal form, and whose it is. A hint: the contact's own row decides.

    An e-mail is one row with the contacts in `contactIDs`, which a batch read finds. Many may share the phone of an
    office, so a phone has a row for each contact, and imports at the same time write different ones. A row that would
    need more than `keys.MOST_CONTACTS` is `crowded`, and finds nothing.

    One more row says how far the sweep has come: `completeSince` is when the first pass by this `rule` began that has
    read all contacts, `sweptAt` when the last pass ended. `passBegan`, `phase`, `position`, `added` and `removed` are
    those of a pass under way.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-contact-keys")

    contact_key = UnicodeAttribute(hash_key=True, attr_name="contactKey")
    contact_id = UnicodeAttribute(range_key=True, attr_name="contactID")
    client_id = UnicodeAttribute(null=True, attr_name="clientID")
    contact_ids = UnicodeSetAttribute(null=True, attr_name="contactIDs")
    crowded = BooleanAttribute(null=True)
    rule = UnicodeAttribute(null=True)
    complete_since = UnicodeAttribute(null=True, attr_name="completeSince")
    swept_at = UnicodeAttribute(null=True, attr_name="sweptAt")
    pass_began = UnicodeAttribute(null=True, attr_name="passBegan")
    phase = UnicodeAttribute(null=True)
    position = MapDocument(null=True)
    added = IntegerAttribute(null=True)
    removed = IntegerAttribute(null=True)
