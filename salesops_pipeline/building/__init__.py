"""Building the warehouse: what a build depends on, whether one is needed, and how dbt is run.

`inputs` describes what a build would read, `plan` compares that with what the last build read and decides, `project`
keeps the parsed dbt project, `invocation` runs dbt, and `results` says what it did. No Dagster in here.
"""
