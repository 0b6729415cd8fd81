"""A bulk change stores the list of orders that it collects as filter and sort of its own, no longer as the admin's query.

Only those still being collected read it. Their position stays: it is that of the same list.
"""

from datetime import date, timedelta

from django.db import migrations

from packprod.dates import business_date, format_instant, start_of_business_day

DAY = timedelta(days=1)
NAMES = {
    'status': 'status', 'contact': 'contact_id', 'product': 'product_code', 'source': 'source', 'segment': 'segment',
    'amount_from': 'amount_from', 'amount_to': 'amount_to',
}
SORTS = {'': 'createdAt', 'created_at': 'createdAt', 'total': 'total'}


def named_range(name, today):
    month = today.replace(day=1)
    return {
        'today': (today, today),
        'yesterday': (today - DAY, today - DAY),
        'last_7_days': (today - 6 * DAY, today),
        'last_30_days': (today - 29 * DAY, today),
        'month_to_date': (month, today),
        'last_month': ((month - DAY).replace(day=1), month - DAY),
        'year_to_date': (today.replace(month=1, day=1), today),
    }[name]


def instants(filters, now):
    spans = [named_range(filters['date'], business_date(now))] if 'date' in filters else []
    first = [span[0] for span in spans] + [date.fromisoformat(filters[name]) for name in ('from',) if name in filters]
    last = [span[1] for span in spans] + [date.fromisoformat(filters[name]) for name in ('to',) if name in filters]
    found = {}
    if first:
        found['created_from'] = format_instant(start_of_business_day(max(first)))
    if last:
        found['created_before'] = format_instant(start_of_business_day(min(last) + DAY))
    return found


def stored_list(query, now):
    filters, search = query['filters'], query['search']
    kept = {name: filters[old] for old, name in NAMES.items() if filters.get(old)} | instants(filters, now)
    if search:
        kept['search' if '@' in search else 'text'] = search
    return {'filter': kept, 'sort': SORTS[query['sort']], 'descending': query['descending'] or not query['sort']}


def store_lists(apps, schema_editor):
    changes = apps.get_model('orders', 'BulkStatusChange').objects
    for change in changes.filter(state='collecting', query__isnull=False):
        if change.query['filters'].get('status') == 'parked':  # of these there is nothing to collect
            changes.filter(pk=change.pk).update(state='ready', query=None)
        else:
            changes.filter(pk=change.pk).update(query=stored_list(change.query, change.created_at))


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_bulk_status_changes'),
    ]

    operations = [
        migrations.RunPython(store_lists, migrations.RunPython.noop),
    ]
