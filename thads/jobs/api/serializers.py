"""The shapes of a job and of what it found, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from thads.jobs.models import Finding, Job

STATE_CODES = list(Job.STATES)
SEVERITY_CODES = [Finding.ERROR, Finding.WARNING]


class JobProgressSerializer(serializers.Serializer[Any]):
    done = serializers.IntegerField(help_text="lines or cases dealt with")
    total = serializers.IntegerField(allow_null=True, help_text="null: not known yet")


class JobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=STATE_CODES)
    state_label = serializers.CharField()
    progress = JobProgressSerializer()
    result = serializers.URLField(allow_null=True, help_text="what the job made, once it is done")
    errors = serializers.URLField(allow_null=True, help_text="what it found wrong or odd, if anything")
    summary = serializers.DictField(help_text="what was asked and, when it has ended, what came of it")
    submitted_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class FindingSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="line of the file, from 1")
    pointer = serializers.CharField(help_text="JSON pointer into the line; empty: the whole line")
    severity = serializers.ChoiceField(choices=SEVERITY_CODES)
    code = serializers.CharField()
    detail = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)
