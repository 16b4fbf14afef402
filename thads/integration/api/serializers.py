"""The shapes of what is sent to start an import or an export, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from officers.api.serializers import PERMISSION_CODES, ROLE_CODES
from thads.common.api.writing import TextField
from thads.integration.imports import MODES

KEY_STATE_CODES = ["ACTIVE", "EXPIRED", "REVOKED"]


class StoriesUploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="NDJSON: one story on a line")
    mode = serializers.ChoiceField(choices=MODES, required=False, help_text="as the parameter of the address")
    dry_run = serializers.BooleanField(required=False, help_text="as the parameter of the address")


class ExportRequestSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField(max_length=64, help_text="code or UUID; the units below it are included")
    full = serializers.BooleanField(
        default=False, help_text="with ids, recorders and moments, for a restore into an empty register"
    )


class EventSubjectSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="case, unit, officer, assignment …: its address begins with it")
    id = serializers.UUIDField()


class EventSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="place in the log, rising; gaps are events of others")
    id = serializers.UUIDField(help_text="the same however often the event is read")
    type = serializers.CharField(help_text="see the table of types in docs/events.md")
    case = serializers.UUIDField(allow_null=True, help_text="null when the subject is no case")
    subject = EventSubjectSerializer(help_text="what was written")
    sequence = serializers.IntegerField(help_text="version of the subject after it")
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


class ApiKeyBodySerializer(serializers.Serializer[Any]):
    name = TextField(max_length=100, help_text="what the key is for")
    unit = TextField(max_length=32, help_text="code; the key sees it and what is below it. Stays")
    role = serializers.ChoiceField(choices=ROLE_CODES, help_text="stays")
    officer = TextField(
        max_length=40, allow_null=True, default=None, help_text="code of the officer it acts for. Stays"
    )
    permissions = serializers.ListField(
        child=serializers.ChoiceField(choices=PERMISSION_CODES),
        default=list,
        max_length=len(PERMISSION_CODES),
        help_text="all it may do; empty: everything its role may do",
    )
    networks = serializers.ListField(
        child=TextField(max_length=50),
        default=list,
        max_length=100,
        help_text="where it may be used from (CIDR, IPv4 or IPv6); empty: anywhere",
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, default=None, help_text="the first moment at which it no longer works"
    )


class ApiKeySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="the number in the key itself: thads_<number>_…")
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=KEY_STATE_CODES)
    state_label = serializers.CharField()
    unit = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLE_CODES)
    role_label = serializers.CharField()
    officer = serializers.CharField(allow_null=True)
    permissions = serializers.ListField(child=serializers.ChoiceField(choices=PERMISSION_CODES))
    permission_labels = serializers.ListField(child=serializers.CharField())
    networks = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="to the minute")


class NewApiKeySerializer(ApiKeySerializer):
    key = serializers.CharField(
        required=False, help_text="shown this once; not in an answer that is given again"
    )
