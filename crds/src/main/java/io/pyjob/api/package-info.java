/** The PyJob resource: what users write and what the operator answers. Values only; no IO. */
@NullMarked
package io.pyjob.api;

import org.jspecify.annotations.NullMarked;
