/** The way of data between Spark SQL and Python functions: Arrow batches that are made once and kept until they are back. */
@NullMarked
package io.pyjob.executor.sql;

import org.jspecify.annotations.NullMarked;
