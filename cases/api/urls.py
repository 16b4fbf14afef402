from django.urls import path

from cases.api import views

urlpatterns = [
    path("cases/", views.CaseList.as_view(), name="cases"),
    path("cases/<str:id>/", views.CaseDetail.as_view(), name="case"),
    path("cases/<str:id>/acts/", views.CaseActs.as_view(), name="case-acts"),
]
