"""Where YARN is by the files of its configuration, and whether it answers there: Spark asks for a quarter of an hour."""

from __future__ import annotations

import os
import re
import socket
from xml.etree import ElementTree

from .protocol import Fault

#: How long to wait for an answer, in seconds.
PATIENCE = 5

#: A resource manager's port where none is said.
USUAL_PORT = 8032


#: Where Hadoop is told of the folders of its configuration.
FOLDERS = ("HADOOP_CONF_DIR", "YARN_CONF_DIR")


def check_yarn() -> None:
    """Some resource manager of those that the configuration names answers.

    :raises Fault: where none does.
    """
    folders = [os.environ[name] for name in FOLDERS if name in os.environ]
    faults = {address: fault_of(*address) for address in addresses(configuration(folders))}
    if all(faults.values()):
        (host, port), fault = next(iter(faults.items()))
        raise Fault(
            f"master must be a YARN that answers, got none at {host}:{port}, which {' and '.join(folders)} names: {fault}",
            "Error",
        )


def configuration(folders: list[str]) -> dict[str, str]:
    """The properties of core-site.xml and yarn-site.xml, with what they say of each other put in."""
    found: dict[str, str] = {}
    for folder in folders:
        for name in ("core-site.xml", "yarn-site.xml"):
            file = os.path.join(folder, name)
            if not os.path.exists(file):
                continue
            for one in ElementTree.parse(file).getroot().iter("property"):
                found[(one.findtext("name") or "").strip()] = (one.findtext("value") or "").strip()
    return {name: _resolved(value, found) for name, value in found.items()}


def _resolved(value: str, properties: dict[str, str]) -> str:
    """As Hadoop does: ${name} is that property, or that variable of Java or of the shell, which only Java knows."""
    for _ in range(20):
        changed = re.sub(r"\$\{([\w.-]+)\}", lambda m: properties.get(m.group(1), m.group(0)), value)
        if changed == value:
            break
        value = changed
    return value


def addresses(properties: dict[str, str]) -> list[tuple[str, int]]:
    """Host and port of every resource manager."""
    manager = "yarn.resourcemanager"
    ids = properties.get(f"{manager}.ha.rm-ids", "").split(",")
    are_many = properties.get(f"{manager}.ha.enabled", "").lower() == "true"
    endings = [f".{one.strip()}" for one in ids if one.strip()] if are_many else [""]
    found = []
    for ending in endings:
        host = properties.get(f"{manager}.hostname{ending}", "0.0.0.0")
        told = properties.get(f"{manager}.address{ending}", "")
        name, _, port = (told or host).partition(":")
        found.append((name, int(port) if port.isdigit() else USUAL_PORT))
    return found


def fault_of(host: str, port: int) -> str | None:
    """Why nothing answers there; None where something does."""
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError as error:
        return str(error.strerror or error)
    return None
