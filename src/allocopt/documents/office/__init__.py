"""Office: what Word files and slides are made of; python-docx and python-pptx are used here alone."""
