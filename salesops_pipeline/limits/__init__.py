"""What DuckDB may take of this machine, for data larger than memory.

* `machine`: how much memory and how many processors there are, container limits included;
* `temporary`: folders for what does not fit into memory, and removing those of processes that died;
* `duck`: opening DuckDB within the limits, here and in dbt;
* `space`: whether a build can fit on the disk, asked before it begins;
* `exhaustion`: telling in one line that memory or disk ran out, and what to do.
"""
