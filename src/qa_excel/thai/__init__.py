"""Thai: texts in two languages, and what people type: values, days, names, look-alikes, personal data."""
