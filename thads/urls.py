"""Addresses. Each app names its own; this file only says where they hang."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerView

from officers.signing_in import ChoosePassword
from thads.admin.site import site
from thads.common.api import problems
from thads.common.api.schema import schema_page
from thads.runtime import health

APPS = ["officers.api.urls", "cases.api.urls", "reports.api.urls", "thads.integration.urls"]

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/"), name="home"),
    path("admin/", site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("login/", site.login, name="login"),
    path("password/", ChoosePassword.as_view(), name="password"),
    path("logout/", site.logout, name="logout"),
    path("api/v1/schema/", schema_page, name="schema"),
    path("api/v1/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/v1/problems/", problems.codes_page, name="problems"),
    *[path("api/v1/", include(name)) for name in APPS],
]

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error
