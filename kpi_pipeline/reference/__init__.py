"""Provinces, sources, codes and cue words: data files and the look-ups over them. No judgement about any page."""
