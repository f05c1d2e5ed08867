"""The installed tools and agent strategies."""
