from django.urls import path

from reports.api.forms import FormDetail

urlpatterns = [
    path("statistics/forms/<int:number>/", FormDetail.as_view(), name="statistics-form"),
]
