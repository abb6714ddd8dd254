"""What the program deploys, for `__main__.py` and for any other Pulumi program in Python."""

import gc

# The SDKs make hundreds of thousands of objects while they are imported. To look for garbage after each 700 of them, as
# Python does, finds none and takes a seventh of that time. Whoever chose a threshold of their own keeps it.
_OBJECTS = 50_000
if 0 < gc.get_threshold()[0] < _OBJECTS:
    gc.set_threshold(_OBJECTS)
