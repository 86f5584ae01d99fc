"""Which pathway is best?"""
