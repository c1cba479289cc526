/** How the operator logs, and what it logs of jobs. */
@NullMarked
package io.pyjob.operator.logs;

import org.jspecify.annotations.NullMarked;
