/** The executor's JVM. */
@NullMarked
package io.pyjob.executor;

import org.jspecify.annotations.NullMarked;
