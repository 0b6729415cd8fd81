"""The peer: a plain Django ORM + DRF application over PostgreSQL, as one would build instead of PackProd.

It is a Django project of its own and knows nothing of PackProd: `settings`, `urls`, `wsgi` and one app, `shop`. Around
it, `cluster` makes a temporary PostgreSQL cluster, `loading` fills it, `running` starts it under gunicorn.
"""
