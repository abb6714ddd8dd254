"""The fault registry, as clients meet it over real connections."""
