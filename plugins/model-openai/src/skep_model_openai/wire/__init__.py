"""The one folder that knows the vendor's field names."""
