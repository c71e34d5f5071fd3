"""The versions themselves, oldest first; a version that was released is never changed."""
