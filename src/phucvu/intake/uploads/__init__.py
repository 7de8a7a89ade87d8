"""Files brought in the browser: stored, looked through, confirmed, then taken in by one worker."""
