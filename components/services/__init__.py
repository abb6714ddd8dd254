"""The services beside the app: LLM server, vector database, tracing collector."""
