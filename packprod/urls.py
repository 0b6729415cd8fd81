"""The one place that joins the apps."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

handler400 = "packprod.api.errors.bad_request"
handler403 = "packprod.api.errors.permission_denied"
handler404 = "packprod.api.errors.page_not_found"
handler500 = "packprod.api.errors.server_error"

urlpatterns = [
    # The import comes first: the admin's catch-all would swallow it.
    path("", include("customers.urls")),
    path("", include("orders.urls")),
    path("", include("reports.urls")),
    path("", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    path("", include("packprod.api.urls")),  # last: it ends with a catch-all under /api/
]
