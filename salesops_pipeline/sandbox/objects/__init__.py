"""The objects of the emulated org, in groups. Names, types and quirks are those of the real API (version 62)."""
