"""The sample web API: what a deployed service has to bring, on Python's standard library only."""
