"""What kubelet, runtimes and registries write, and the phrases by which it is recognised."""
