"""The engine's plug-ins as processes, driven over gRPC as the engine drives them."""
