"""Many files: received, read and checked together, merged, analysed."""
