"""What people said of a photo, and what that does to its plan and its copy: covers more, a lift, another style, a crop.

Called by the redaction of originals and by the drawing again of copies.  Values in, values out; it knows no person.
"""
