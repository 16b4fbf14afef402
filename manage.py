#!/usr/bin/env python3
"""The one door to every command: ``manage.py up`` starts the service, ``manage.py help`` lists the rest."""

from __future__ import annotations

import os
import sys

from thads.runtime.entry import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thads.settings")
    sys.exit(main(sys.argv))
