"""The common ground of Skep: what every service and plugin may import."""
