"""Files brought in the browser: kept, looked through, confirmed, then taken in by one worker."""
