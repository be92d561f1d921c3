"""An office's register: what came from whom and when, and what was read of it, in one file that outlives a run."""
