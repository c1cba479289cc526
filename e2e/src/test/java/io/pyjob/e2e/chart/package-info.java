/** Tests of the Helm chart: of its files, of what Helm makes of them, and of releases on a real cluster. */
@NullMarked
package io.pyjob.e2e.chart;

import org.jspecify.annotations.NullMarked;
