"""How good retrieval and answers are, measured with sets of questions."""
