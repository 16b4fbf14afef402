"""Who am I, as what may I act, and what may I do."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from officers.acting import Capacity
from officers.api.examples import ME
from officers.api.serializers import MeSerializer
from officers.models import Officer, Unit, User
from officers.roles import PERMISSION_NAMES, ROLE_NAMES, Permission, held
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.labels import Label, label


class Me(ScopedAPIView):
    permission = Permission.READ_ORGANISATION
    operations = {
        "GET": Operation(
            "get_me",
            Label("Tôi là ai, đang làm việc với tư cách nào, được làm gì", "Who the caller is and may do"),
            MeSerializer,
            example=ME,
            about=Label(
                "Mặc định là phân công của chính mình, vai trò đứng trước; muốn làm việc với phân công khác "
                "hoặc thay mặt người ủy quyền thì gửi X-Act-As với id của phân công, ủy quyền đó.",
                "By default one's own assignment counts, the role that stands first; to work by another, or "
                "on behalf of who delegated, send X-Act-As with its id.",
            ),
            problems=(400, 401, 403),
        )
    }

    def may_ask(self, permission: str | None) -> bool:
        """Whoever has a role today may know as what he acts, even who may do nothing else here."""
        return bool(self.principal.role)

    def get(self, request: Request) -> Response:
        caller, user = self.principal, request.user
        own = user.capacities if isinstance(user, User) else ()
        codes = _codes(caller.unit_id, own)
        officer = user.officer_id if isinstance(user, User) else caller.officer_id
        people = {one.behalf[0] for one in own if one.behalf} | {officer}
        names = dict(Officer.objects.filter(pk__among=people - {None}).values_list("pk", "code"))
        shown = [self._capacity(one, codes, names) for one in own]
        acting = next(
            (row for one, row in zip(own, shown, strict=True) if _is(one, caller)),
            {
                "id": None,
                "role": caller.role,
                "role_label": label(ROLE_NAMES, caller.role, self.lang),
                "unit": codes.get(caller.unit_id),
                "valid_to": None,
                "on_behalf_of": None,
                "own_cases_only": self.scope.officer_id is not None,
            },
        )
        return Response(
            {
                "kind": caller.kind,
                "id": caller.id,
                "name": caller.name,
                "officer": names.get(officer),
                "acting": acting,
                "capacities": shown,
                "permissions": [
                    {"code": one, "label": label(PERMISSION_NAMES, one, self.lang)} for one in held(caller)
                ],
            }
        )

    def _capacity(self, one: Capacity, codes: dict[Any, str], names: dict[Any, str]) -> dict[str, Any]:
        return {
            "id": one.id,
            "role": one.role,
            "role_label": label(ROLE_NAMES, one.role, self.lang),
            "unit": codes[one.unit_id],
            "valid_to": one.valid_to,
            "on_behalf_of": names[one.behalf[0]] if one.behalf else None,
            "own_cases_only": one.role == "OFFICER",
        }


def _is(one: Capacity, caller: Any) -> bool:
    said = (caller.role, caller.unit_id, caller.officer_id, caller.permissions, caller.behalf)
    return said == (one.role, one.unit_id, one.officer_id, one.permissions, one.behalf)


def _codes(unit_id: int | None, own: tuple[Capacity, ...]) -> dict[Any, str]:
    keys = {one.unit_id for one in own} | ({unit_id} if unit_id is not None else set())
    return dict(Unit.objects.filter(pk__among=keys).values_list("pk", "code"))
