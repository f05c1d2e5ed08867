"""Durable orders, each to exactly one service."""
