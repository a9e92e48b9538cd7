"""View models of the registers' pages: sites, take-downs, incidents.

Called by the routes of registers; pure, they know no request and no database.
"""
