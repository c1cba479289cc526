/** Runs {@code ./pyjob} as a user would: real processes, real Spark, real Python. */
@NullMarked
package io.pyjob.e2e;

import org.jspecify.annotations.NullMarked;
