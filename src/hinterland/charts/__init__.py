"""How do we see it?"""
