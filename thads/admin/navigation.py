"""The menu: what the role of whoever looks at it may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from officers.roles import Permission as P
from reports.forms import forms
from thads.admin.site import may
from thads.admin.words import say


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the menu, each entry with its permission."""
    return [
        {"items": [_entry(request, "menu.front", "home", "index")]},
        {
            "title": say("menu.work"),
            "items": [
                _entry(request, "menu.queue", "checklist", "queue", P.READ_CASES),
                _entry(request, "menu.cases", "folder_open", "cases", P.READ_CASES),
                _entry(request, "menu.open_case", "note_add", "open-case", P.OPEN_CASES),
                _entry(request, "menu.publications", "campaign", "publications", P.READ_CASES),
                _entry(request, "menu.judgments", "gavel", "judgments", P.READ_CASES),
                _entry(request, "menu.tags", "label", "tags", P.READ_CASES),
                _entry(request, "menu.imports", "upload_file", "imports", P.IMPORT_STORIES),
            ],
        },
        {
            "title": say("menu.figures"),
            "items": [
                _entry(
                    request, f"menu.form_{number}", "table_chart", "form", P.READ_STATISTICS, number=number
                )
                for number in forms()
            ]
            + [_entry(request, "menu.targets", "flag", "targets", P.READ_STATISTICS)],
        },
        {
            "title": say("menu.organisation"),
            "items": [
                _entry(request, "menu.units", "account_balance", "units", P.READ_ORGANISATION),
                _entry(request, "menu.staff_counts", "groups", "staff-counts", P.READ_ORGANISATION),
                _entry(request, "menu.officers", "badge", "officers", P.READ_ORGANISATION),
                _entry(request, "menu.assignments", "assignment_ind", "assignments", P.READ_ORGANISATION),
                _entry(request, "menu.delegations", "handshake", "delegations", P.READ_ORGANISATION),
            ],
        },
        {
            "title": say("menu.access"),
            "items": [
                _entry(request, "menu.accounts", "manage_accounts", "accounts", P.MANAGE_ACCOUNTS),
                _entry(request, "menu.api_keys", "key", "api-keys", P.MANAGE_API_KEYS),
                _entry(request, "menu.reveals", "visibility", "reveals", P.READ_REVEALS),
            ],
        },
    ]


def _entry(
    request: HttpRequest, words: str, icon: str, page: str, permission: P | None = None, **kwargs: Any
) -> dict[str, Any]:
    link = reverse(f"admin:{page}", kwargs=kwargs)
    # A new case has an entry of its own, though its address lies below that of the list.
    below = page not in ("index", "open-case") and request.path.startswith(link)
    here = request.path == link or (below and request.path != reverse("admin:open-case"))
    return {
        "title": say(words),
        "icon": icon,
        "link": link,
        "active": here,
        "permission": lambda asking: permission is None or may(asking, permission),
    }
