package io.pyjob.driver.script;

import org.apache.spark.SparkConf;

/**
 * What Ivy is asked for, and how; the same again gets the same answer.
 *
 * @param coordinates with commas
 * @param excludes with commas
 * @param repositories with commas
 * @param ivyHome where Ivy keeps what it has fetched
 * @param settings a file of Ivy's settings
 */
record Asked(String coordinates, String excludes, String repositories, String ivyHome, String settings) {
    static Asked of(SparkConf conf) {
        return new Asked(
                conf.get(ScriptDependencies.PACKAGES, "").strip(),
                conf.get("spark.jars.excludes", "").strip(),
                conf.get(MavenPackages.REPOSITORIES, "").strip(),
                conf.get("spark.jars.ivy", "").strip(),
                conf.get(MavenPackages.SETTINGS, "").strip());
    }
}
