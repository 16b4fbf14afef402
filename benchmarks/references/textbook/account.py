"""An account of the textbook for the head of a unit, and its token: ``python -m … CODE`` prints the token."""

from __future__ import annotations

import sys

import django


def make(unit: str) -> str:
    from rest_framework.authtoken.models import Token

    from officers.models import Assignment, Officer, Unit, User

    officer, _ = Officer.objects.get_or_create(code=f"{unit}.BENCH")
    place = Unit.objects.get(code=unit)
    Assignment.objects.get_or_create(officer=officer, unit=place, role="UNIT_HEAD")
    user, _ = User.objects.get_or_create(username=f"bench-{unit}", officer=officer)
    return str(Token.objects.get_or_create(user=user)[0].key)


if __name__ == "__main__":
    django.setup()
    print(make(sys.argv[1]))
