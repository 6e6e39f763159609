"""What has to be seen in processes of their own: PyPI alone, some seconds."""
