package io.pyjob.api;

/** One key of a ConfigMap in the job's namespace. */
public record ConfigMapKey(String name, String key) {}
