from django.urls import path

from officers.api import views

urlpatterns = [
    path("units/", views.UnitList.as_view(), name="units"),
    path("units/<str:code>/", views.UnitDetail.as_view(), name="unit"),
    path("officers/", views.OfficerList.as_view(), name="officers"),
    path("officers/<str:code>/", views.OfficerDetail.as_view(), name="officer"),
    path("assignments/", views.AssignmentList.as_view(), name="assignments"),
    path("roles/", views.RoleList.as_view(), name="roles"),
]
