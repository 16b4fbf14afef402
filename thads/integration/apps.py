from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    """The doors to other systems: API keys, imports, exports."""

    name = "thads.integration"
    label = "integration"
    verbose_name = "Kết nối, nhập xuất dữ liệu"
