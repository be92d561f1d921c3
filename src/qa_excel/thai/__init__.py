"""Words: what is said in Thai and in English, and how."""
