"""Looking after the store: backups while it is in use, bringing one back, noticing half a copy."""
