"""Simulated services for a machine that reaches no public registry: images that speak the real ones' APIs.

One of the three is a Go program that builds without more: `tests/e2e/test_services_jaeger.py` has the real Jaeger.
Ollama needs a C++ build for its backends, and models of gigabytes; Qdrant is written in Rust.
"""
