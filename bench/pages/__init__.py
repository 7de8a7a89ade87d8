"""The public pages with the whole country loaded, under load: `make bench BENCH=pages`."""
