"""The add-ins' sources and builders; no part of the installed package."""
