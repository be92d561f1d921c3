"""Tables that an office keeps: the roster, the national means."""
