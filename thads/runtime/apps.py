"""The app that starts the others."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "thads.runtime"
    verbose_name = "Vận hành"

    def ready(self) -> None:
        # Makes ours the current Celery app, so that a task sent from a request goes to our broker.
        import_module("thads.celery")
