"""The ports of the operator's training run, whose build may use the network of its machine."""

import socket

import pytest

from pyjob_images import train_operator


def test_ports_are_free_and_never_those_of_outgoing_connections() -> None:
    ports = train_operator.free_ports(20)

    assert len(set(ports)) == 20
    assert all(20_000 <= port < 30_000 for port in ports)
    for port in ports:
        with socket.socket() as listener:
            listener.bind(("", port))


def test_a_taken_port_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    free, taken = train_operator.free_ports(2)
    monkeypatch.setattr(train_operator, "_PORTS", range(min(free, taken), max(free, taken) + 1))
    with socket.socket() as listener:
        listener.bind(("", taken))
        assert taken not in train_operator.free_ports(1)


def test_no_free_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    (taken,) = train_operator.free_ports(1)
    monkeypatch.setattr(train_operator, "_PORTS", range(taken, taken + 1))
    with socket.socket() as listener:
        listener.bind(("", taken))
        with pytest.raises(SystemExit, match=f"no 1 free ports in {taken} to {taken}"):
            train_operator.free_ports(1)
