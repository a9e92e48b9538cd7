"""Pages as values: what is read from the database becomes what a template draws.

Called by the routes; pure, they know no request, session or database.
"""
