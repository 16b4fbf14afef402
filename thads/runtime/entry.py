"""What ``manage.py`` does before Django: see to it that there is a database, if the command needs one."""

from __future__ import annotations

import os
import sys
import warnings

from thads.runtime.embedded import join, needs_embedded
from thads.runtime.places import default_data_dir
from thads.runtime.refusal import StartRefused

#: Commands that read code, not data. ``up`` joins the servers by itself, after it has made sure to be the
#: only one.
WITHOUT_DATABASE = frozenset(
    {
        "", "help", "version", "check", "up", "makemigrations", "spectacular", "diffsettings", "findstatic",
        "makemessages", "compilemessages", "startapp", "collectstatic", "api_schema",
    }
)  # fmt: skip
#: Commands that change tables and therefore run as the owner of the database.
AS_OWNER = frozenset({"migrate"})


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    from django.core.management import execute_from_command_line

    name = next((word for word in arguments[1:] if not word.startswith("-")), "")
    asks_for_help = any(word in {"-h", "--help", "--version"} for word in arguments[1:])
    offline = asks_for_help or (name in WITHOUT_DATABASE and "--database" not in arguments)
    joined = None
    try:
        if offline:
            # makemigrations looks at the database to warn of an inconsistent history; without one there is
            # none.
            warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        else:
            if needs_embedded(os.environ):
                joined = join(default_data_dir())
                for variable, value in joined.environment.items():
                    os.environ.setdefault(variable, value)
                os.environ["PATH"] = f"{os.environ.get('PATH', '')}:{joined.programs}"
            if name in AS_OWNER:
                os.environ["THADS_DB_ROLE"] = "owner"
        execute_from_command_line(arguments)
    except StartRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Đã dừng. / Stopped.", file=sys.stderr)
        return 130
    finally:
        if joined is not None:
            joined.leave()
    return 0
