from django.urls import path

from thads.integration.api import api_keys, events, exports, imports, lists

urlpatterns = [
    path("events/", events.EventList.as_view(), name="events"),
    path("api-keys/", api_keys.ApiKeyList.as_view(), name="api-keys"),
    path("api-keys/<str:id>/", api_keys.ApiKeyDetail.as_view(), name="api-key"),
    path("imports/", imports.ImportList.as_view(), name="imports"),
    path("imports/<str:id>/", imports.ImportDetail.as_view(), name="import"),
    path("imports/<str:id>/cancel/", imports.ImportCancel.as_view(), name="import-cancel"),
    path("imports/<str:id>/errors/", imports.ImportErrors.as_view(), name="import-errors"),
    path("exports/", exports.ExportList.as_view(), name="exports"),
    path("exports/lists/", lists.ListExports.as_view(), name="list-exports"),
    path("exports/lists/<str:id>/", lists.ListExportDetail.as_view(), name="list-export"),
    path("exports/lists/<str:id>/cancel/", lists.ListExportCancel.as_view(), name="list-export-cancel"),
    path("exports/lists/<str:id>/file/", lists.ListExportFile.as_view(), name="list-export-file"),
    path("exports/<str:id>/", exports.ExportDetail.as_view(), name="export"),
    path("exports/<str:id>/cancel/", exports.ExportCancel.as_view(), name="export-cancel"),
    path("exports/<str:id>/file/", exports.ExportFile.as_view(), name="export-file"),
]
