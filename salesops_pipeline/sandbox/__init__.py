"""One simulated company and the emulated APIs of its systems: what a person without a Salesforce org runs against."""
