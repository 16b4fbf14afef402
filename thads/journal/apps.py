from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "thads.journal"
    label = "journal"
    verbose_name = "Nhật ký thay đổi"
