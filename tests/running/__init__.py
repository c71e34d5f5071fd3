"""What an operator does: the image and its servers, backup and restore, the upgrade of a database with history."""
