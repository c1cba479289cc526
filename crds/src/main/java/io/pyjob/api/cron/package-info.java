/** When a schedule's times are: cron's five fields, in a time zone. Pure. */
@NullMarked
package io.pyjob.api.cron;

import org.jspecify.annotations.NullMarked;
