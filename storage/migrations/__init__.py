"""The schema's history, one Alembic version per change; `upgrade` runs it without any alembic.ini.

A new version is a file in `versions` that names the one before; `storage.database.HEAD` names the newest.
"""
