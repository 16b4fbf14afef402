from django.apps import AppConfig


class OfficersConfig(AppConfig):
    """Who works where, and who may see and do what."""

    name = "officers"
    label = "officers"
    verbose_name = "Tổ chức, cán bộ"
