"""Where faces are: CenterFace, the optional YuNet, and closer looks at what is doubtful.

Called through `models.finders`, and by name where a face is enrolled or compared; knows pixels and boxes, and nothing
of heads, covers or consent.
"""
