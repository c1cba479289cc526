/** Shows people the Spark UIs of running jobs and of those that have ended: a proxy with access rules, a process of its own. */
@NullMarked
package io.pyjob.operator.ui;

import org.jspecify.annotations.NullMarked;
