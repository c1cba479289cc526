package io.pyjob.executor.pod;

import java.io.Serializable;

/** What an executor tells its driver when a task has got its first Python worker; nobody answers. */
public record FirstPythonTask(String executor) implements Serializable {}
