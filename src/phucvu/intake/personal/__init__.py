"""Personal data of dossiers: never stored unless an operator turns a field on, then sealed."""
