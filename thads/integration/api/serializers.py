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


class EventSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="place in the log, rising; gaps are events of others")
    id = serializers.UUIDField(help_text="the same however often the event is read")
    type = serializers.CharField(help_text="see the table of types in docs/events.md")
    case = serializers.UUIDField()
    sequence = serializers.IntegerField(help_text="version of the case after it")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(allow_null=True, help_text="KIND:id; null in case.left_scope")
    unit = serializers.CharField(help_text="code; in case.left_scope the unit that held it before")
    officer = serializers.CharField(allow_null=True, help_text="code; in case.left_scope the one before")
    data = serializers.DictField(help_text="ids, codes, dates and amounts (đồng as strings), by type")  # type: ignore[assignment]


class EventsSerializer(serializers.Serializer[Any]):
    results = EventSerializer(many=True)
    next_after = serializers.IntegerField(help_text="what to send as after next time")
    latest = serializers.IntegerField(help_text="last position of the log")
    oldest = serializers.IntegerField(help_text="first position of the log that is kept")
