"""The form that schools fill in, as data: what each of its versions prints."""
