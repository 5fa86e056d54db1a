"""What is on disk: the manifest, checksums, atomic commit and recovery."""
