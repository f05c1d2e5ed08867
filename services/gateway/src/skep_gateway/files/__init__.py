"""Files that people upload: kept as blobs, known by an id."""
