"""Care of the store: backups while it is in use, restoring one, noticing an incomplete copy."""
