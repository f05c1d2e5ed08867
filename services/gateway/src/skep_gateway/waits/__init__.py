"""What runs wait for, and whoever answers: members, programs, people with a link, callbacks."""
