"""`redact demo --desk`: made-up people, and a story that they can walk from a photo to a post and back."""
