"""The forms of files that dossiers come in, a module for each; each hands on rows or records.

None holds a whole file in memory but `xlsx`, whose size is bounded before it is opened.
"""
