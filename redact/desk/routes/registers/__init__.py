"""Pages of the registers: sites, take-downs, incidents.  Each endpoint turns a form into one act of redact/posts."""
