"""The Gradio page, its rendering, and the server around it."""
