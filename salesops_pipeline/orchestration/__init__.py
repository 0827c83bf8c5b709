"""Dagster assets, checks, jobs, schedules and resources.

What belongs here: how the rooms are wired and when they run. What does not: decisions. Those live in the rooms
(`sources`, `quality`, `publishing`, `reporting`, ...) as functions that know nothing of Dagster.
"""
