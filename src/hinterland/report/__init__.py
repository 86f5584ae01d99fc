"""How do we hand it over?"""
