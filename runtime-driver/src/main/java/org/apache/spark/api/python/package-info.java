/** One class that stands before one of spark-core: the driver's jar is the first of its class path. */
@NullMarked
package org.apache.spark.api.python;

import org.jspecify.annotations.NullMarked;
