"""`pyjob scale` and `pyjob cancel`: what changes a job that runs."""

from . import words
from .display import Display, now, say
from .follow import Follower
from .job import Job
from .kubectl import Kubectl, Refused


def scale(kubectl: Kubectl, job: Job, executors: int, wait: bool) -> int:
    """Change the number of executors."""
    refuse_scaling(job)
    kubectl.text("scale", f"pyjob/{job.name}", f"--replicas={executors}")
    print(f"{job.name}: from {job.instances} to {executors} executors", flush=True)
    if not wait:
        return 0
    display = Display(quiet=False)
    ended = Follower(kubectl, job, display, until=lambda seen: is_scaled(seen, executors)).follow()
    if ended.is_deleted or ended.job.is_over:
        say(f"{job.name} has ended before it had {executors} executors")
        return 1
    return 0


def is_scaled(job: Job, executors: int) -> bool:
    """Whether the job has that many, and no more."""
    return job.desired == executors == job.ready


def refuse_scaling(job: Job) -> None:
    """Say why the number of executors of that job cannot be changed by hand, if so."""
    if job.is_over:
        raise Refused(f"{job.name} has ended ({job.phase}): it has no executors to scale")
    if job.allocation is not None:
        least, most = job.allocation
        raise Refused(
            f"{job.name} has executors.min {least} and executors.max {most}: between them Spark chooses, by the work "
            "there is. Leave min and max out of the manifest to choose yourself"
        )


def cancel(kubectl: Kubectl, job: Job, wait: bool) -> int:
    """End a job that runs: a PyJob that is deleted takes its pods with it."""
    if job.is_over:
        say(f"{job.name} has ended already ({job.phase}); nothing is cancelled")
        return 0
    kubectl.text("delete", "pyjob", job.name, f"--wait={'true' if wait else 'false'}")
    seconds = job.duration(now())
    after = "" if seconds is None else f" after {words.took(seconds)}"
    print(f"{job.name} is cancelled{after}: it is deleted, and its pods end")
    return 0
