"""An independent count: a made-up province, its figures reckoned from the published rules alone.

Nothing here reads the program's code: facts go in over HTTP and by commands, figures come back
over HTTP, and what they should be is counted fact by fact in plain Python.
"""
