"""The cloud stacks on the real engine, registry and kubelet, with simulated clouds."""
