/** The operator: one process that watches PyJobs and runs them. */
@NullMarked
package io.pyjob.operator;

import org.jspecify.annotations.NullMarked;
