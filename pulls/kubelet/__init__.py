"""The first witness: what the kubelet and the controllers say, read from raw objects."""
