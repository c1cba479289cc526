/** Spark's cluster manager for jobs whose executors the operator starts. All that depends on Spark's internals is here. */
@NullMarked
package io.pyjob.driver.scheduler;

import org.jspecify.annotations.NullMarked;
