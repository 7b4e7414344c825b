"""What knows nothing of tensors: errors, settings, lazy imports, files and names."""
