"""`python -m storage.migrations`: write `storage/schema.sql` anew after a migration was added."""

from storage.database import SCHEMA
from storage.migrations.upgrade import schema_text

SCHEMA.write_text(schema_text(), encoding="utf-8")
