"""Commands on what is posted: sites, posts, take-downs, incidents."""
