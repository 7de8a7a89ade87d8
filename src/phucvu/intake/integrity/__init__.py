"""The journal under the integrity key: a batch that was edited, exchanged or deleted shows."""
