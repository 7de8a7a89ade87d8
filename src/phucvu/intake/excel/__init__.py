"""Excel template: its columns, writing it, and reading one that was filled in."""
