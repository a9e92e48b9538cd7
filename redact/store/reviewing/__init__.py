"""The only SQL on what people say of photos: answers, reviews, redraws, and the copies that came of them.

Called by the acts of posts and by the steps that make a copy again; it may not know who may say it, or what it does.
"""
