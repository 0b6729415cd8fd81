"""What the admin keeps in SQL."""

from packprod.admin.saved_views.models import SavedView as SavedView
