"""Addresses. Each app names its own; this file only says where they hang."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from thads.common.api import problems
from thads.runtime import health

APPS = ["officers.api.urls", "cases.api.urls", "reports.api.urls", "thads.integration.urls"]

urlpatterns = [
    path("", RedirectView.as_view(url="/api/v1/docs/"), name="home"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/v1/problems/", problems.codes_page, name="problems"),
    *[path("api/v1/", include(name)) for name in APPS],
]

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error
