"""Tests of reading pages in worker processes, with processes of their own that hang, crash and are killed."""
