package io.pyjob.operator.http;

/** What answers requests. Called from the server's thread: it must not wait for anything. */
public interface Endpoint {
    /** Judges a request by its head alone. */
    Reception receive(Head head);
}
