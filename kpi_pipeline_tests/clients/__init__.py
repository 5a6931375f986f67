"""Real clients on the published release: databases, command lines, libraries, and the pages that tell how."""
