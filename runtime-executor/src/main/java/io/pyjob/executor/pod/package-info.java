/** The pod that one of our JVMs runs in: its environment, its directory, its messages. Nothing here touches Spark. */
@NullMarked
package io.pyjob.executor.pod;

import org.jspecify.annotations.NullMarked;
