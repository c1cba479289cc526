/** The endpoint that drivers report to. */
@NullMarked
package io.pyjob.operator.report;

import org.jspecify.annotations.NullMarked;
