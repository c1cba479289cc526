/** What the operator tells of itself over HTTP. */
@NullMarked
package io.pyjob.operator.health;

import org.jspecify.annotations.NullMarked;
