"""Components, engine, cluster and rehearsal with stand-ins for the real parts: PyPI alone."""
