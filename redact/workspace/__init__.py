"""The folder that the program owns: settings, keys, folders, opening and making it.

Called by every command that needs one; knows where things lie, and no rule of what is done with them.
"""
