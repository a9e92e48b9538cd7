"""Where faces are: CenterFace, the optional YuNet, and closer looks at what is doubtful.

Called through `models.finders`; knows pixels and boxes, and nothing of heads, covers or consent.
"""
