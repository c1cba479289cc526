/** What an executor tells Prometheus. Nothing here touches Spark. */
@NullMarked
package io.pyjob.executor.metrics;

import org.jspecify.annotations.NullMarked;
