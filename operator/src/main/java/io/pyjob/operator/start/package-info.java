/** What must be there before the operator can work, checked one by one so that each lack has a name. */
@NullMarked
package io.pyjob.operator.start;

import org.jspecify.annotations.NullMarked;
