/** How the script, in the pod's other container, reaches this JVM, and how each learns of the other's end. */
@NullMarked
package io.pyjob.driver.gateway;

import org.jspecify.annotations.NullMarked;
