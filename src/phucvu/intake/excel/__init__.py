"""The Excel template for dossiers: its columns, writing it, and reading one that was filled in."""
