/** Python workers that run in the pod's other container, reached through Unix sockets. */
@NullMarked
package io.pyjob.executor.python;

import org.jspecify.annotations.NullMarked;
