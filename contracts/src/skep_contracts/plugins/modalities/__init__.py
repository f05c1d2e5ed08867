"""What models do besides chat, embeddings and rerank: moderation, speech, images.

A provider that offers such models has the method of the protocol beside those of `models.Provider`;
the others need not know of it.
"""
