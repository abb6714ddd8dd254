"""Pages for people, and the one table in them that is generated."""
