package io.pyjob.api;

/** One environment variable of the Python containers. */
public record EnvVariable(String name, String value) {}
