"""View models of the registers' pages: sites, take-downs, incidents."""
