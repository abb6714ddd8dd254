"""What a deploy needs, looked at before it is tried: a file for each part. Nothing here changes anything."""
