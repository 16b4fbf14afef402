from django.urls import path

from cases.api import history, recording, views

urlpatterns = [
    path("cases/", recording.Cases.as_view(), name="cases"),
    path("cases/reassignments/", recording.Reassignments.as_view(), name="case-reassignments"),
    path("cases/<str:id>/", views.CaseDetail.as_view(), name="case"),
    path("cases/<str:id>/history/", history.CaseHistory.as_view(), name="case-history"),
    path("cases/<str:id>/acts/", recording.ActsOfCase.as_view(), name="case-acts"),
    path("cases/<str:id>/acts/<str:act>/", recording.ActDetail.as_view(), name="case-act"),
]
