"""Builds PyJob's container images, and loads them into a cluster of this machine. Standard library only."""
