"""The program on the real engine, registry and kubelet of the sandbox."""
