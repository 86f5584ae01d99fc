"""What moved?"""
