"""Commands on pictures, without a workspace: photo, check, and the model files."""
