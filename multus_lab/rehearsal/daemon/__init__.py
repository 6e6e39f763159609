"""A rehearsal of the installation: what the daemon of a stack does to nodes, from first to last.

Installed, pods attached, replaced under load, upgraded, and removed, on nodes with the folders of
the stack's distribution. What is rehearsed is planned (`plan`), done (`stage` and what it calls),
seen (`observation`), judged (`findings`) and told (`report`).
"""
