"""Pages as values: what is read from the database becomes what a template draws.  Pure; each tested as values."""
