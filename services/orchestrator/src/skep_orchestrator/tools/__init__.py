"""Tools and agent strategies: built where they are needed, called within bounds."""
