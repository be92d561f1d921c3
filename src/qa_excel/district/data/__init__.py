"""The tidy tables of a district: collected, written as a folder, read back, put together."""
