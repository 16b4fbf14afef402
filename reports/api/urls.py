from django.urls import path

from reports.api.cases import CellCases
from reports.api.cuts import Cuts
from reports.api.forms import FormDetail
from reports.api.overview import OverviewDetail
from reports.api.rebuild import RebuildDetail, RebuildList
from reports.api.targets import TargetDetail, TargetList

urlpatterns = [
    path("targets/", TargetList.as_view(), name="targets"),
    path("targets/<str:id>/", TargetDetail.as_view(), name="target"),
    path("statistics/", Cuts.as_view(), name="statistics"),
    path("statistics/overview/", OverviewDetail.as_view(), name="statistics-overview"),
    path("statistics/cases/", CellCases.as_view(), name="statistics-cases"),
    path("statistics/forms/<int:number>/", FormDetail.as_view(), name="statistics-form"),
    path("statistics/rebuild/", RebuildList.as_view(), name="statistics-rebuilds"),
    path("statistics/rebuild/<str:id>/", RebuildDetail.as_view(), name="statistics-rebuild"),
]
