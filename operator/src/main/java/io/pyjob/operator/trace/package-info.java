/** A job's time line as something to look at: a table, a picture, data. Pure. */
@NullMarked
package io.pyjob.operator.trace;

import org.jspecify.annotations.NullMarked;
