"""The commands that ask a cluster: `kubectl pyjob`, and the same ones of `pyjob`.

They go through `kubectl`, which has the user's kubeconfig, contexts, logins and proxies. What is
shown is computed by pure functions of what kubectl answered and of the time; the rest is thin.
"""
