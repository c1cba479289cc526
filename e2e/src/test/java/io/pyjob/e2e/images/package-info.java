/** The container images, run by Docker: what is in them, and that the two containers of a pod work together. */
@NullMarked
package io.pyjob.e2e.images;

import org.jspecify.annotations.NullMarked;
