"""The simulated company served as a Salesforce org over HTTP, for connectors that know only the real API.

From the outside in: `server` (runs it), `app` (addresses and authorisation), `disturbance` and `faults` (failing on
purpose), `rest`, `bulk_api`, `replication` (the resources), `describe`, `values` (shapes of answers), `soql`,
`translate`, `predicates` (queries), `org` (the store as one request sees it).
"""
