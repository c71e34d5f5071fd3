"""What people are in the middle of saying; it survives restarts and days."""

from flows.conversation.draft import Draft
from flows.plain import from_plain, to_brief
from storage.part import Part, dump, load


class Drafts(Part):
    """One draft per person."""

    def draft(self, person: str) -> Draft | None:
        """What the person is in the middle of saying, locked until the unit ends: two devices file it only once."""
        body = self.db.value(self.db.locked("SELECT body FROM drafts WHERE person = :person"), person=person)
        return from_plain(Draft, load(body)) if body else None

    def keep_draft(self, person: str, draft: Draft) -> None:
        """Keep the draft in place of the person's earlier one."""
        self.db.change(
            "INSERT INTO drafts (person, body) VALUES (:person, :body)"
            " ON CONFLICT (person) DO UPDATE SET body = excluded.body",
            person=person,
            body=dump(to_brief(draft)),
        )

    def drop_draft(self, person: str) -> None:
        """Forget the person's draft."""
        self.db.change("DELETE FROM drafts WHERE person = :person", person=person)
