"""Fields of forms: what an author may ask for, and which values fit.

A start's form and the forms that people fill in while a run waits go by the same rules.
"""
