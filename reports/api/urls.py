from django.urls import path

from reports.api.forms import FormDetail
from reports.api.rebuild import RebuildDetail, RebuildList

urlpatterns = [
    path("statistics/forms/<int:number>/", FormDetail.as_view(), name="statistics-form"),
    path("statistics/rebuild/", RebuildList.as_view(), name="statistics-rebuilds"),
    path("statistics/rebuild/<str:id>/", RebuildDetail.as_view(), name="statistics-rebuild"),
]
