"""The checks that make up `StoreConformance`, by what they are about."""
