"""Personal data of dossiers: never kept unless an operator turns a field on, then sealed."""
