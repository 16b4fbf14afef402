"""What the service is measured against, served on the same data beside it.

``limit``: what the machine can do: an ASGI handler on asyncpg that hands on JSON built by PostgreSQL. It
knows no caller, no language, no rule. ``textbook``: what one would write with Django REST framework and its
manual.
"""
