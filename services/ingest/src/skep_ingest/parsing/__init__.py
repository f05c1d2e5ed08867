"""Files into blocks of text: each parsed in a confined process of its own."""
