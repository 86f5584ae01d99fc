"""What could move, and who could host it?"""
