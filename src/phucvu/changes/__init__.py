"""The change log: which units each write changed, in one order, for whatever has to follow.

`publishing` writes it, under the write lock that makes writers take turns; `following` reads it.
"""
