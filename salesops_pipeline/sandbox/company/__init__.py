"""The simulated company: who works there, what they sell to whom, and what they do each day.

Each module is one idea and exposes ``founding`` steps (the first day) and ``daily`` steps. All of them read and write
one `World`; none of them knows about files or HTTP. Rates and distributions are written in the YAML files beside.
"""
