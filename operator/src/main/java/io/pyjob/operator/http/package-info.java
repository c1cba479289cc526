/** The HTTP servers of the operator: bounded, and knowing nothing of what is asked. */
@NullMarked
package io.pyjob.operator.http;

import org.jspecify.annotations.NullMarked;
