/** One operator of several leads: its Lease, and the address behind the report Service. */
@NullMarked
package io.pyjob.operator.leader;

import org.jspecify.annotations.NullMarked;
