"""``manage.py load_reference``: everything the service needs to know before the first case."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Nạp dữ liệu danh mục, chạy lại không sao. / Load the reference data, any number of times."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            for loader in settings.REFERENCE_LOADERS:
                self.stdout.write(import_string(loader)())
