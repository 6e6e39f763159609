"""A rehearsal: a stack's networks on the real Multus and the real CNI plugins of this machine.

What is rehearsed is planned (`plan`), done in namespaces that end with it (`world` outside, `stage`
and what it calls inside), seen (`observation`), judged (`findings`) and told (`report`).
"""
