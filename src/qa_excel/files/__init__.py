"""Files of every kind: opening them safely, and moving what is written into place."""
