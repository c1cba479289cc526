/** One class that stands before one of spark-mllib: the driver's jar is the first of its class path. */
@NullMarked
package org.apache.spark.sql.ml;

import org.jspecify.annotations.NullMarked;
