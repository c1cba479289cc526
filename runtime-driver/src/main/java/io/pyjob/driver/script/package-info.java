/** What a script asks of its SparkConf, and what of it is the job's to decide; the packages and jars that it names. */
@NullMarked
package io.pyjob.driver.script;

import org.jspecify.annotations.NullMarked;
