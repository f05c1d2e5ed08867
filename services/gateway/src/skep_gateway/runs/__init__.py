"""Runs: started, waited for, followed, cancelled."""
