"""The equilibrium model."""
