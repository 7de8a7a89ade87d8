"""Forms of files that dossiers come in, a module for each; each yields rows or records.

None holds a whole file in memory but `xlsx`, whose size is checked before it is opened.
"""
