"""The basic layers: dense, embedding, masking, functions, inputs."""
