"""The people of a tenant, their roles and invitations."""
