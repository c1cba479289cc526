package io.pyjob.operator.http;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a request before its body.
 *
 * @param path without the query, not decoded
 * @param authorization the header of that name, if there is one
 */
public record Head(String method, String path, @Nullable String authorization) {}
