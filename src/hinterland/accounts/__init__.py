"""How is the economy wired?"""
