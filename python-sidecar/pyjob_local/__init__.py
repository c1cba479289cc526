"""Local mode's own part: set-up of this machine, and the agent that keeps a job's processes.

What a kubelet and a container runtime are to a pod in a cluster, the agent here is to a pod on
one machine. Nothing of this package is shipped in an image.
"""
