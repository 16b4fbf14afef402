"""Accounts: read, made, closed, given a new password, unlocked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from officers.actions.accounts import (
    change_account,
    create_account,
    release_lock,
    remove_account,
    reset_password,
)
from officers.api.examples import ACCOUNT, ACCOUNT_PATCH, ACCOUNT_SENT, NEW_ACCOUNT, page
from officers.api.filters import AccountFilter
from officers.api.params import chosen_units
from officers.api.relations import OFFICER_SHOWN
from officers.api.serializers import (
    AccountBodySerializer,
    AccountSerializer,
    NewAccountSerializer,
    NoBodySerializer,
)
from officers.models import Assignment, Officer, Unit, User
from officers.models.unit import UnitQuerySet
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.api.writing import (
    PROBLEMS,
    WritableDetailView,
    WritableListView,
    by_uuid,
    read_body,
    row_operations,
    shown,
)
from thads.common.errors import Fault, NotVisible
from thads.common.labels import Label
from thads.common.models import VersionedModel
from thads.common.versions import Check

LIST_PROBLEMS = (400, 401, 403, 404)
AT = {"id": Label("UUID của tài khoản.", "UUID of the account.")}


class _AccountView(ScopedAPIView):
    abstract = True
    model = User
    expansions = {"officer": OFFICER_SHOWN}
    columns = (
        "public_id",
        "username",
        "officer__code",
        "officer__name",
        "is_active",
        "password_once",
        "last_login",
        "version",
    )
    body = AccountBodySerializer

    @property
    def units(self) -> UnitQuerySet:
        """The units the caller sees."""
        return Unit.objects.visible_to(self.scope)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "id": row["public_id"],
                "username": row["username"],
                "officer": row["officer__code"],
                "officer_name": row["officer__name"] or None,
                "is_active": row["is_active"],
                "password_once": row["password_once"],
                "last_login": row["last_login"],
            }
            for row in rows
        ]


class AccountDetail(_AccountView, WritableDetailView):
    address = "id"
    not_found = "ACCOUNT_NOT_FOUND"
    permission = Permission.MANAGE_ACCOUNTS
    operations = {
        "GET": Operation(
            "get_account",
            Label("Một tài khoản", "One account"),
            AccountSerializer,
            example=ACCOUNT,
            problems=LIST_PROBLEMS,
            path_parameters=AT,
        ),
        **row_operations(
            "account",
            Label("một tài khoản", "an account"),
            response=AccountSerializer,
            example=ACCOUNT,
            body=AccountBodySerializer,
            sent=ACCOUNT_SENT,
            patch=ACCOUNT_PATCH,
            path=AT,
            about={
                "PATCH": Label(
                    "is_active = false: khóa tài khoản, mọi phiên đăng nhập chấm dứt ngay.",
                    "is_active = false closes the account; its sessions end at once.",
                ),
            },
        ),
    }

    def change(self, rows: models.QuerySet[User], values: dict[str, Any], check: Check) -> User:
        by = self.principal.by
        return change_account(rows=rows, values=values, units=self.units, by=by, check=check)

    def remove(self, rows: models.QuerySet[User], check: Check) -> None:
        remove_account(rows=rows, units=self.units, by=self.principal.by, check=check)


class AccountList(_AccountView, WritableListView):
    permission = Permission.MANAGE_ACCOUNTS
    query_parameters = {"GET": (UNIT, OWN)}
    filterset_class = AccountFilter
    orderings = {"username": "username"}
    default_ordering = "username"
    detail = AccountDetail
    detail_name = "account"
    operations = {
        "GET": Operation(
            "list_accounts",
            Label("Danh sách tài khoản", "List accounts"),
            AccountSerializer,
            example=page(ACCOUNT),
            problems=LIST_PROBLEMS,
        ),
        "POST": Operation(
            "create_account",
            Label("Lập một tài khoản cho cán bộ", "Add an account for an officer"),
            NewAccountSerializer,
            example=NEW_ACCOUNT,
            request=AccountBodySerializer,
            request_example=ACCOUNT_SENT,
            about=Label(
                "Mật khẩu chỉ hiện một lần này và chỉ dùng để đăng nhập đổi mật khẩu.",
                "The password is shown this once, and is good for nothing but choosing another.",
            ),
            status=201,
            problems=PROBLEMS,
            also={200: (NewAccountSerializer, NEW_ACCOUNT)},
        ),
    }

    def create(self, values: dict[str, Any]) -> User:
        officers = Officer.objects.visible_to(self.scope)
        by = self.principal.by
        user, self._password = create_account(values=values, officers=officers, units=self.units, by=by)
        return user

    def only_now(self, row: VersionedModel) -> Mapping[str, Any]:
        return {"password": self._password}

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        if units is None:
            return rows
        return rows.filter(officer__in=Assignment.objects.filter(unit__among=units).values("officer"))


class _OfAccount(_AccountView):
    """Something done to one account."""

    abstract = True
    permission = Permission.MANAGE_ACCOUNTS

    def account(self, id: str) -> models.QuerySet[User]:
        rows: models.QuerySet[User] = User.objects.visible_to(self.scope).filter(by_uuid(id))
        if not rows.exists():
            raise NotVisible(Fault("ACCOUNT_NOT_FOUND"))
        return rows

    def answer(self, request: Request, user: User, status: int, **more: Any) -> Response:
        body, _version = shown(AccountDetail, request, user.public_id)
        address = request.build_absolute_uri(reverse("account", kwargs={"id": str(user.public_id)}))
        return Response(body | more, status=status, headers={"Location": address})

    def replayed(self, record: Any) -> Any:
        return shown(AccountDetail, self.request, record.public_id)[0]


class PasswordReset(_OfAccount):
    operations = {
        "POST": Operation(
            "reset_account_password",
            Label("Cấp lại mật khẩu dùng một lần", "Give a new one-time password"),
            NewAccountSerializer,
            example=NEW_ACCOUNT,
            request=NoBodySerializer,
            request_example={},
            about=Label(
                "Mật khẩu chỉ hiện một lần này; mọi phiên đăng nhập của tài khoản chấm dứt.",
                "The password is shown this once; every session of the account ends.",
            ),
            status=201,
            problems=PROBLEMS,
            path_parameters=AT,
        )
    }

    def post(self, request: Request, id: str) -> Response:
        rows = self.account(id)
        read_body(NoBodySerializer, request.data)
        user, password = reset_password(rows=rows, units=self.units, by=self.principal.by)
        return self.answer(request, user, 201, password=password)


class LockRelease(_OfAccount):
    operations = {
        "POST": Operation(
            "unlock_account",
            Label("Mở khóa tài khoản bị khóa do nhập sai mật khẩu", "Unlock an account"),
            AccountSerializer,
            example=ACCOUNT,
            request=NoBodySerializer,
            request_example={},
            about=Label(
                "Quên các lần nhập sai mật khẩu của tài khoản này, từ mọi địa chỉ.",
                "Forgets the wrong passwords given for this account, from every address.",
            ),
            status=200,
            problems=PROBLEMS,
            path_parameters=AT,
        )
    }

    def post(self, request: Request, id: str) -> Response:
        rows = self.account(id)
        read_body(NoBodySerializer, request.data)
        user = release_lock(rows=rows, units=self.units, by=self.principal.by)
        return self.answer(request, user, 200)
