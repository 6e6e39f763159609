"""What a cluster already has of what a stack declares, whose it is, and how a stack takes it over.

`survey.survey` looks, and changes nothing; `field_managers.take` has one field manager own what
the stack declares, so that the engine's own apply conflicts with nobody.
"""
