"""Thai: what is said in it and in English, and what people type: signs that look alike, and days."""
