"""The user's bearer token, as kubectl would send it: the UI's proxy asks the cluster whose it is."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .kubectl import Kubectl, Refused

_NONE = (
    "the UI's proxy wants a bearer token, and this kubeconfig has none (it may have a client certificate). "
    "--service-account NAME takes a short-lived one of a service account of this namespace that may get pyjobs"
)


def of_user(kubectl: Kubectl, account: str | None) -> str:
    """A token of the kubeconfig's user; of a service account, if one is named."""
    if account is not None:
        return kubectl.text("create", "token", account, "--duration=1h").strip()
    for option in kubectl.options:
        if option.startswith("--token="):
            return option.removeprefix("--token=")
    config = json.loads(kubectl.text("config", "view", "--raw", "--minify", "-o", "json"))
    users = config.get("users") or []
    found = _of(users[0].get("user") or {}) if users else None
    if not found:
        raise Refused(_NONE)
    return found


def _of(user: dict[str, Any]) -> str | None:
    if user.get("token"):
        return str(user["token"])
    if user.get("tokenFile"):
        return Path(str(user["tokenFile"])).read_text().strip()
    return _by_program(user["exec"]) if user.get("exec") else None


def _by_program(program: dict[str, Any]) -> str | None:
    """The login program that the kubeconfig names, as kubectl runs it."""
    asked = {
        "apiVersion": program.get("apiVersion"),
        "kind": "ExecCredential",
        "spec": {"interactive": program.get("interactiveMode") != "Never"},
    }
    env = {**os.environ, **{str(e["name"]): str(e["value"]) for e in program.get("env") or []}}
    command = [str(program["command"]), *(str(arg) for arg in program.get("args") or [])]
    try:
        ended = subprocess.run(
            command, env={**env, "KUBERNETES_EXEC_INFO": json.dumps(asked)}, stdout=subprocess.PIPE, check=True
        )
        token = (json.loads(ended.stdout).get("status") or {}).get("token")
    except (OSError, subprocess.CalledProcessError, ValueError) as e:
        raise Refused(f"the login program of this kubeconfig, {command[0]}, has failed: {e}") from None
    return str(token) if token else None
