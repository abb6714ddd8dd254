"""The simulated AWS: moto checks and keeps what it knows of, and the rest stands here with its source."""
