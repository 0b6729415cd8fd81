"""The one place that joins the apps."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from customers.urls import urlpatterns as customers
from orders.urls import urlpatterns as orders
from packprod.api.urls import urlpatterns as api
from reports.urls import urlpatterns as reports

handler400 = "packprod.api.errors.bad_request"
handler403 = "packprod.api.errors.permission_denied"
handler404 = "packprod.api.errors.page_not_found"
handler500 = "packprod.api.errors.server_error"

urlpatterns = [  # one list: each `include` would cost every request a step of its own
    # The import comes first: the admin's catch-all would swallow it.
    *customers,
    *orders,
    *reports,
    path("", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    *api,  # last: it ends with a catch-all under /api/
]
