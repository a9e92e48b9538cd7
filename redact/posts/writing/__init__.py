"""Write a post: draft and edit it, answer the policy's questions, check its words, send it to a headteacher.

Called by the desk and the commands.  content.py, check.py and questions.py are pure; the acts write the state and the
audit log in one transaction.
"""
