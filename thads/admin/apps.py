"""The app that brings the templates, the style and the words of the admin site. No tables."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "thads.admin"
    label = "thads_admin"
    verbose_name = "Trang quản trị"
