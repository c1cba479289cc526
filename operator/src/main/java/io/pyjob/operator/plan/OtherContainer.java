package io.pyjob.operator.plan;

/**
 * A container of a pod that is not PyJob's own: one of the manifest's template, or one that something of the cluster has put
 * in.
 *
 * @param name its name
 * @param state where it is
 * @param isPlain whether it is neither an init container nor a native sidecar: then its pod is not over before it is
 */
public record OtherContainer(String name, ContainerState state, boolean isPlain) {}
