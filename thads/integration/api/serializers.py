"""The shapes of what is sent to start an import or an export, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from thads.integration.imports import MODES


class StoriesUploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="NDJSON: one story on a line")
    mode = serializers.ChoiceField(choices=MODES, required=False, help_text="as the parameter of the address")
    dry_run = serializers.BooleanField(required=False, help_text="as the parameter of the address")


class ExportRequestSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField(max_length=64, help_text="code or UUID; the units below it are included")
    full = serializers.BooleanField(
        default=False, help_text="with ids, recorders and moments, for a restore into an empty register"
    )
