"""The class in Weaviate that holds all chunks, and the tenants in it.

A change that an existing class cannot take gets a class of a new name; `skep datasets migrate`
moves what is in the old one.
"""

import hashlib
from typing import Any, Final

from skep_contracts.plugins.stores import CollectionRef

CLASS: Final = "SkepChunksV1"
CHUNK: Final = "chunk_id"
DOCUMENT: Final = "document_id"
VERSION: Final = "document_version"
SEQ: Final = "seq"
TEXT: Final = "text"
WORDS: Final = "words"
"""The tokens of the text, joined by spaces."""
METADATA: Final = "metadata"
"""As JSON: names of fields are the users' own, and no names of properties."""
FACTS: Final = "facts"
"""What filters may ask of the metadata, as digests; see `facts`."""
ENABLED: Final = "enabled"
READ: Final = [CHUNK, DOCUMENT, VERSION, SEQ, TEXT, METADATA, ENABLED]


def tenant_of(collection: CollectionRef) -> str:
    """Return the Weaviate tenant of a collection: each generation of a dataset has its own."""
    parts = (collection.tenant, collection.dataset_id, str(collection.generation))
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"c{digest[:48]}"


def class_config(index: str, replicas: int) -> dict[str, Any]:
    """Return the arguments that create the class."""
    from weaviate.classes.config import Configure, StopwordsPreset, VectorDistances

    vectors = Configure.VectorIndex
    make = vectors.flat if index == "flat" else vectors.hnsw
    return {
        "name": CLASS,
        "properties": _properties(),
        "vector_config": Configure.Vectors.self_provided(
            vector_index_config=make(distance_metric=VectorDistances.COSINE)
        ),
        "multi_tenancy_config": Configure.multi_tenancy(enabled=True, auto_tenant_creation=False),
        "replication_config": Configure.replication(factor=replicas),
        # Lengths of chunks are alike; one that is added must not shuffle what others ask for.
        "inverted_index_config": Configure.inverted_index(
            bm25_b=0.0, bm25_k1=1.2, stopwords_preset=StopwordsPreset.NONE
        ),
    }


def _properties() -> list[Any]:
    from weaviate.classes.config import DataType, Property, Tokenization

    whole, words = Tokenization.FIELD, Tokenization.WHITESPACE
    off: dict[str, Any] = {"index_filterable": False, "index_searchable": False}
    filtered: dict[str, Any] = {
        "tokenization": whole,
        "index_filterable": True,
        "index_searchable": False,
    }
    searched: dict[str, Any] = {
        "tokenization": words,
        "index_filterable": False,
        "index_searchable": True,
    }
    return [
        Property(name=CHUNK, data_type=DataType.TEXT, **filtered),
        Property(name=DOCUMENT, data_type=DataType.TEXT, **filtered),
        Property(name=VERSION, data_type=DataType.INT),
        Property(name=SEQ, data_type=DataType.INT),
        Property(name=TEXT, data_type=DataType.TEXT, **off),
        Property(name=WORDS, data_type=DataType.TEXT, **searched),
        Property(name=METADATA, data_type=DataType.TEXT, **off),
        Property(name=FACTS, data_type=DataType.TEXT_ARRAY, **filtered),
        Property(name=ENABLED, data_type=DataType.BOOL),
    ]
