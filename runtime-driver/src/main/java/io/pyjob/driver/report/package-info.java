/** What the operator is told of the job. Nothing here touches Spark. */
@NullMarked
package io.pyjob.driver.report;

import org.jspecify.annotations.NullMarked;
