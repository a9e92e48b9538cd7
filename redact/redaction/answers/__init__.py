"""What people answered on a photo, and what that does to its plan and copy: more covers, a lift, a style, a crop.

Called when an original is redacted and when a copy is drawn again.  Values in, values out; it knows no person.
"""
