"""An edition of an assessment: its data, its model, its inputs."""
