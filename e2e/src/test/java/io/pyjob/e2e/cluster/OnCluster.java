package io.pyjob.e2e.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of tests that needs a cluster. Without one its tests are skipped, and that is said.
 *
 * <p>The class gets a {@link TestNamespace} as a parameter. What every job has to keep to is checked after each class, in
 * {@link Promises}; of a test that fails, everything of the namespace is written down, in {@link Dump}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
@interface OnCluster {}
