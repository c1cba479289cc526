/** The driver's JVM. */
@NullMarked
package io.pyjob.driver;

import org.jspecify.annotations.NullMarked;
