from django.urls import path

from thads.integration.api import events, exports, imports

urlpatterns = [
    path("events/", events.EventList.as_view(), name="events"),
    path("imports/", imports.ImportList.as_view(), name="imports"),
    path("imports/<str:id>/", imports.ImportDetail.as_view(), name="import"),
    path("imports/<str:id>/errors/", imports.ImportErrors.as_view(), name="import-errors"),
    path("exports/", exports.ExportList.as_view(), name="exports"),
    path("exports/<str:id>/", exports.ExportDetail.as_view(), name="export"),
    path("exports/<str:id>/file/", exports.ExportFile.as_view(), name="export-file"),
]
