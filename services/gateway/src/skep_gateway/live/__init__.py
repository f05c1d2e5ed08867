"""A run as it happens: its log and its text, merged into one stream that resumes anywhere."""
