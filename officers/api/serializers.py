"""The shapes of the answers, for the OpenAPI document. The rows themselves are plain dictionaries
(``officers.api.views``).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from officers.codes import LEVELS, RANKS, TEMPORARY_REASONS
from officers.roles import PERMISSION_NAMES, ROLE_NAMES
from thads.common.api.writing import TextField

LEVEL_CODES, RANK_CODES, ROLE_CODES, PERMISSION_CODES, REASON_CODES = map(
    list, (LEVELS, RANKS, ROLE_NAMES, PERMISSION_NAMES, TEMPORARY_REASONS)
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


class CodeField(TextField):
    """A code: letters, digits and dashes, in parts with a dot between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(
            RegexValidator(
                r"^[A-Z0-9Đ][A-Z0-9Đ_-]*(\.[A-Z0-9Đ][A-Z0-9Đ_-]*)*\Z", _("Not a code such as DN.HC.")
            )
        )


class UnitBodySerializer(serializers.Serializer[Any]):
    code = CodeField(max_length=32, help_text="stays as it is")
    name = TextField(max_length=200)
    level = serializers.ChoiceField(choices=LEVEL_CODES)
    parent = TextField(max_length=32, allow_null=True, help_text="code of the unit above")
    valid_from = serializers.DateField(help_text="first day")
    valid_to = serializers.DateField(allow_null=True, default=None, help_text="last day")
    predecessors = SuccessionSerializer(many=True, default=list, max_length=200)
    successors = SuccessionSerializer(many=True, default=list, max_length=200)


class OfficerAssignmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    unit = serializers.CharField(help_text="code of the unit")
    role = serializers.ChoiceField(choices=ROLE_CODES)
    role_label = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True, help_text="null: since before records begin")
    valid_to = serializers.DateField(allow_null=True, help_text="last day")
    temporary = serializers.ChoiceField(
        choices=REASON_CODES, allow_null=True, help_text="why it is for a time; null: it is not"
    )
    temporary_label = serializers.CharField(allow_null=True)


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


class EmptyField:
    """Text that is empty in the database where the API says null."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return (True, "") if data is None else super().validate_empty_values(data)  # type: ignore[misc]


class OptionalChoice(EmptyField, serializers.ChoiceField):
    pass


class OptionalText(EmptyField, TextField):
    pass


class _HeldSerializer(serializers.Serializer[Any]):
    unit = TextField(max_length=32, help_text="code of the unit")
    role = serializers.ChoiceField(choices=ROLE_CODES)
    valid_from = serializers.DateField(
        allow_null=True, default=None, help_text="null: since before records begin"
    )
    valid_to = serializers.DateField(allow_null=True, default=None, help_text="last day")
    temporary = OptionalChoice(
        choices=REASON_CODES, allow_null=True, default="", help_text="with a reason, valid_to is needed"
    )


class FirstAssignmentSerializer(_HeldSerializer):
    pass


class AssignmentBodySerializer(_HeldSerializer):
    officer = TextField(max_length=40, help_text="code of the officer")


class OfficerBodySerializer(serializers.Serializer[Any]):
    code = CodeField(max_length=40, help_text="stays as it is")
    name = OptionalText(max_length=200, allow_null=True, default="", help_text="null: not yet named")
    rank = OptionalChoice(choices=RANK_CODES, allow_null=True, default="")


class NewOfficerSerializer(OfficerBodySerializer):
    assignment = FirstAssignmentSerializer(help_text="where the officer works first")


class DelegationBodySerializer(serializers.Serializer[Any]):
    from_officer = TextField(max_length=40, help_text="code of who delegates")
    to_officer = TextField(max_length=40, help_text="code of who acts for him")
    role = serializers.ChoiceField(choices=ROLE_CODES, help_text="the role that is delegated")
    unit = TextField(max_length=32, help_text="code of the unit over which")
    permissions = serializers.ListField(
        child=serializers.ChoiceField(choices=PERMISSION_CODES),
        default=list,
        max_length=len(PERMISSION_CODES),
        help_text="all that is delegated; empty: everything the role may do",
    )
    valid_from = serializers.DateField(help_text="first day")
    valid_to = serializers.DateField(help_text="last day")
    document_number = TextField(max_length=60)
    document_date = serializers.DateField()
    revoked_on = serializers.DateField(
        allow_null=True, default=None, help_text="from this day on it is not in force"
    )


class DelegationSerializer(DelegationBodySerializer):
    id = serializers.UUIDField()
    role_label = serializers.CharField()
    permission_labels = serializers.ListField(child=serializers.CharField())


class AccountBodySerializer(serializers.Serializer[Any]):
    username = TextField(max_length=150, validators=[UnicodeUsernameValidator()], help_text="stays as it is")
    officer = TextField(max_length=40, help_text="code of the officer; stays as it is")
    is_active = serializers.BooleanField(default=True, help_text="false: cannot sign in")


class AccountSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    username = serializers.CharField()
    officer = serializers.CharField(allow_null=True)
    officer_name = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    password_once = serializers.BooleanField(help_text="true until the holder has chosen another one")
    last_login = serializers.DateTimeField(allow_null=True)


class NewAccountSerializer(AccountSerializer):
    password = serializers.CharField(
        required=False, help_text="shown this once; not in an answer that is given again"
    )


class NoBodySerializer(serializers.Serializer[Any]):
    pass


class PermissionSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=PERMISSION_CODES)
    label = serializers.CharField()


class RoleSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=ROLE_CODES)
    label = serializers.CharField()
    about = serializers.CharField()
    permissions = PermissionSerializer(many=True)


class CapacitySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True, help_text="what to send as X-Act-As; null for a key")
    role = serializers.ChoiceField(choices=ROLE_CODES)
    role_label = serializers.CharField()
    unit = serializers.CharField(help_text="code; with all that is below it")
    valid_to = serializers.DateField(allow_null=True, help_text="last day")
    on_behalf_of = serializers.CharField(allow_null=True, help_text="code of the officer who delegated it")
    own_cases_only = serializers.BooleanField()


class MeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["USER", "API_KEY"])
    id = serializers.IntegerField(help_text="as in recorded_by")
    name = serializers.CharField()
    officer = serializers.CharField(allow_null=True, help_text="code of the officer this is")
    acting = CapacitySerializer()
    capacities = CapacitySerializer(many=True)
    permissions = PermissionSerializer(many=True)
