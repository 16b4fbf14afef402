from __future__ import annotations

from django.urls import path

from benchmarks.references.textbook import views

urlpatterns = [
    path("health/live", views.health),
    path("cases/", views.CaseList.as_view()),
    path("cases/<uuid:public_id>/", views.CaseDetail.as_view()),
    path("cases/<uuid:public_id>/acts/", views.Acts.as_view()),
]
