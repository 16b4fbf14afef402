"""The shapes of the answers, for the OpenAPI document. The rows themselves are plain dictionaries
(``officers.api.views``).
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from officers.codes import LEVELS, RANKS
from officers.roles import PERMISSION_NAMES, ROLE_NAMES

LEVEL_CODES, RANK_CODES, ROLE_CODES, PERMISSION_CODES = map(
    list, (LEVELS, RANKS, ROLE_NAMES, PERMISSION_NAMES)
)


class UnitSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(choices=LEVEL_CODES)
    level_label = serializers.CharField()
    parent = serializers.CharField(allow_null=True, help_text="code of the unit above")
    valid_from = serializers.DateField(help_text="first day")
    valid_to = serializers.DateField(allow_null=True, help_text="last day")


class UnitStaffSerializer(serializers.Serializer[Any]):
    fiscal_year = serializers.IntegerField()
    establishment = serializers.IntegerField(help_text="posts given to the unit")
    in_post = serializers.IntegerField(help_text="staff in post")


class SuccessionSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    on = serializers.DateField()


class UnitDetailSerializer(UnitSerializer):
    staff = UnitStaffSerializer(many=True)
    predecessors = SuccessionSerializer(many=True)
    successors = SuccessionSerializer(many=True)


class OfficerAssignmentSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField(help_text="code of the unit")
    role = serializers.ChoiceField(choices=ROLE_CODES)
    role_label = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True, help_text="null: since before records begin")
    valid_to = serializers.DateField(allow_null=True, help_text="last day")


class OfficerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField(allow_null=True, help_text="null: not yet named")
    rank = serializers.ChoiceField(choices=RANK_CODES, allow_null=True)
    rank_label = serializers.CharField(allow_null=True)
    assignments = OfficerAssignmentSerializer(many=True)


class AssignmentSerializer(OfficerAssignmentSerializer):
    officer = serializers.CharField(help_text="code of the officer")
    officer_name = serializers.CharField(allow_null=True)


class PermissionSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=PERMISSION_CODES)
    label = serializers.CharField()


class RoleSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=ROLE_CODES)
    label = serializers.CharField()
    about = serializers.CharField()
    permissions = PermissionSerializer(many=True)
