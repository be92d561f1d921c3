"""The form that schools fill in: where inputs stand, how it looks, what its versions print, its schemas, its JSON."""
