"""A Spark cluster on this machine, to try the Spark target without one: a master and workers as local processes."""
