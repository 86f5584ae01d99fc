"""What would happen if it moved?"""
