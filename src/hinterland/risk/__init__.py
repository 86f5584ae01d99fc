"""What could go wrong?"""
