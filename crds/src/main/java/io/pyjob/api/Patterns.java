package io.pyjob.api;

import java.util.Map;

/**
 * What texts of a manifest look like. An API server looks for a pattern anywhere in a text, and so does the reader of
 * manifests: so each is anchored that is meant for the whole.
 */
public final class Patterns {
    /** A size that is not negative, as Kubernetes writes quantities. The exponent is short: it must not be a trap. */
    public static final String SIZE = "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?$";

    /** A time in whole seconds, minutes or hours; never none at all. */
    public static final String DURATION = "^[1-9][0-9]{0,5}[smh]$";

    /** A number of CPUs, maybe in thousandths. */
    public static final String CPU = "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)m?$";

    public static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    public static final String DNS_SUBDOMAIN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    /** A name of up to 63 characters, maybe after a domain and a slash. */
    public static final String LABEL_KEY = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
            + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    /** As a label's, but for an API server the domain's case does not count. */
    public static final String ANNOTATION_KEY = "(?i)" + LABEL_KEY;

    public static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";
    static final String CONFIG_MAP_KEY = "^[-._a-zA-Z0-9]+$";
    static final String VARIABLE = "^[-._a-zA-Z][-._a-zA-Z0-9]*$";
    static final String PYTHON_MODULE = "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$";

    /** One line; not one of the options that requirements files may have, nor a comment. */
    static final String REQUIREMENT = "^[^-#\\s][^\\r\\n]*$";

    /** Without a name and a password, which many would see. */
    static final String INDEX_URL = "^https?://[^\\s/@]+(/\\S*)?$";

    /** A page, or an absolute path. */
    static final String FIND_LINKS = "^(https?://[^\\s/@]+|/)\\S*$";

    /** A path or an address. Spark takes lists with commas. Of wheels, only what pip finds in any pod. */
    static final String PY_FILE = "^([^\\s,]+\\.(py|zip|egg)|(/[^\\s,:]+|https?://[^\\s,]+)\\.whl)$";

    static final String ARCHIVE = "^[^\\s,#]+\\.(zip|tar\\.gz|tgz|tar|jar)(#[A-Za-z0-9_][-A-Za-z0-9_.]*)?$";

    static final String FILE = "^[^\\s,#]+$";

    static final String JAR = "^[^\\s,#]+\\.jar$";

    static final String COORDINATES = "^[^\\s,:/#]+:[^\\s,:/#]+:[^\\s,:/#]+$";

    static final String MODULE_ID = "^[^\\s,:/#]+:[^\\s,:/#]+$";

    /** Without a name and a password, which many would see. */
    static final String REPOSITORY = "^(https?://[^\\s,/@]+(/[^\\s,]*)?|file:/[^\\s,]*)$";

    /** Folders that are Python packages. */
    static final String PACKAGE_FOLDER = "^[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*$";

    /** A relative path that stays below where it begins. */
    static final String INNER_PATH = "^([A-Za-z0-9_][-A-Za-z0-9_.]*/)*[A-Za-z0-9_][-A-Za-z0-9_.]*$";

    static final String SHA256 = "^[0-9a-f]{64}$";

    /** With a host or a bucket, which Hadoop's default file systems may do without. */
    static final String SCRIPT_URL = "^([a-z][a-z0-9+.-]*://[^\\s/]+(/\\S*)?|(file|hdfs|viewfs)://?/[^\\s/]\\S*)$";

    static final String ENVIRONMENT = "^(/[^\\s:]*|https?://\\S+)\\.(tar\\.gz|tgz|tar|zip)$";

    /** An absolute path without empty parts and without . and .. */
    static final String MOUNT_PATH = "^(/[.]?[A-Za-z0-9_][A-Za-z0-9_.-]*)+$";

    /** A relative one. */
    static final String SUB_PATH = "^[.]?[A-Za-z0-9_][A-Za-z0-9_.-]*(/[.]?[A-Za-z0-9_][A-Za-z0-9_.-]*)*$";

    /** Those fields of a pod that Kubernetes offers to variables. */
    static final String POD_FIELD = "^(metadata[.](name|namespace|uid|(labels|annotations)\\['[A-Za-z0-9_./-]+'\\])"
            + "|spec[.](nodeName|serviceAccountName)|status[.](podIP|podIPs|hostIP|hostIPs))$";
    /** A relative path; no part of it begins with a dot, so that none leads out of where it begins. */
    public static final String FOLDER = "^[A-Za-z0-9_][-A-Za-z0-9_.]*(/[A-Za-z0-9_][-A-Za-z0-9_.]*)*$";

    /** With a scheme, but without a password, which many would see. A name is there where Azure has its containers. */
    public static final String ADDRESS = "^[a-z][a-z0-9+.-]*:(//([^\\s/@:]+@)?[^\\s/@]+(/\\S*)?|(//)?/[^\\s/]\\S*)$";

    static final String HTTP_URL = "^https?://[^\\s/]+(/\\S*)?$";
    static final String NO_SPACES = "^\\S+$";
    static final String NOT_BLANK = "\\S";

    private static final String MONTH_NUMBER = "(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)";
    private static final String WEEKDAY_NUMBER = "(0?[0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)";
    private static final String MINUTE_ITEM = "(\\*|[0-5]?[0-9](-[0-5]?[0-9])?)(/[1-9][0-9]?)?";
    private static final String HOUR_ITEM = "(\\*|([01]?[0-9]|2[0-3])(-([01]?[0-9]|2[0-3]))?)(/[1-9][0-9]?)?";
    private static final String DAY_ITEM =
            "([*?]|(0?[1-9]|[12][0-9]|3[01])(-(0?[1-9]|[12][0-9]|3[01]))?)(/[1-9][0-9]?)?";
    private static final String MONTH_ITEM = "(\\*|" + MONTH_NUMBER + "(-" + MONTH_NUMBER + ")?)(/[1-9][0-9]?)?";
    private static final String WEEKDAY_ITEM = "([*?]|" + WEEKDAY_NUMBER + "(-" + WEEKDAY_NUMBER + ")?)(/[1-9][0-9]?)?";

    /** All that cron takes, but for ranges that end before they begin and days that never come. */
    static final String CRON = "(?i)^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|"
            + MINUTE_ITEM + "(," + MINUTE_ITEM + ")*[ \\t]+"
            + HOUR_ITEM + "(," + HOUR_ITEM + ")*[ \\t]+"
            + DAY_ITEM + "(," + DAY_ITEM + ")*[ \\t]+"
            + MONTH_ITEM + "(," + MONTH_ITEM + ")*[ \\t]+"
            + WEEKDAY_ITEM + "(," + WEEKDAY_ITEM + ")*)$";

    /** Of the form of a name in the time zone database. */
    static final String TIME_ZONE = "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$";

    /** An extended resource: a domain, a slash, a name. */
    static final String RESOURCE_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
            + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

    static final String QUEUE = "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

    private static final String KEY_WORDS =
            "a name such as team or example.com/team, of up to 63 letters, digits, '-', '_' and '.'";
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry(SIZE, "a size such as 512Mi or 2Gi"),
            Map.entry(DURATION, "a time such as 60s, 5m or 1h"),
            Map.entry(CPU, "a number of CPUs such as 2 or 500m"),
            Map.entry(DNS_LABEL, "lower case letters, digits and '-', with a letter or digit at both ends"),
            Map.entry(DNS_SUBDOMAIN, "lower case letters, digits, '-' and '.', with a letter or digit at both ends"),
            Map.entry(LABEL_KEY, KEY_WORDS),
            Map.entry(ANNOTATION_KEY, KEY_WORDS),
            Map.entry(RESOURCE_NAME, "a resource of nodes such as nvidia.com/gpu"),
            Map.entry(QUEUE, "a queue's name: letters, digits, '-', '_' and '.', with a letter or digit at both ends"),
            Map.entry(LABEL_VALUE, "letters, digits, '-', '_' and '.', with a letter or digit at both ends"),
            Map.entry(CONFIG_MAP_KEY, "letters, digits, '-', '_' and '.'"),
            Map.entry(VARIABLE, "a variable's name: letters, digits, '_', '-' and '.', not beginning with a digit"),
            Map.entry(PYTHON_MODULE, "a Python module such as numpy or pyspark.worker"),
            Map.entry(
                    REQUIREMENT, "a package such as pandas==2.3.3 (options, comments and several lines are not taken)"),
            Map.entry(TIME_ZONE, "a time zone such as Europe/Berlin, or UTC"),
            Map.entry(
                    INDEX_URL,
                    "an address such as https://pypi.example.com/simple, without a name and password: index.credentials"
                            + " names a Secret with these"),
            Map.entry(FIND_LINKS, "a folder of the Python image, /wheels, or a page, https://example.com/wheels/"),
            Map.entry(
                    PY_FILE,
                    "a .py, .zip, .egg or .whl file, as a path or an address (a wheel: /path or http), without spaces"
                            + " and commas"),
            Map.entry(
                    ARCHIVE,
                    "a .zip, .tar.gz, .tgz, .tar or .jar file, maybe with #NAME behind it, without spaces and commas"),
            Map.entry(ENVIRONMENT, "a .tar.gz, .tgz, .tar or .zip file, as an absolute path or an address of http(s)"),
            Map.entry(
                    MOUNT_PATH,
                    "an absolute path such as /data/in, of letters, digits, '_', '-' and '.', without . and .. in it"),
            Map.entry(
                    SUB_PATH,
                    "a relative path such as 2013/flights, of letters, digits, '_', '-' and '.', without . and .. in it"),
            Map.entry(
                    POD_FIELD,
                    "a pod's field such as metadata.name, metadata.labels['team'], spec.nodeName or status.podIP"),
            Map.entry(FOLDER, "a relative path of letters, digits, '-', '_' and '.', such as team-a/events"),
            Map.entry(ADDRESS, "an address such as s3a://bucket/events, without a password"),
            Map.entry(HTTP_URL, "a URL that begins with http:// or https://"),
            Map.entry(FILE, "a file, as a path or an address, without spaces, commas and #"),
            Map.entry(JAR, "a .jar file, as a path or an address, without spaces, commas and #"),
            Map.entry(COORDINATES, "a package such as org.postgresql:postgresql:42.7.4, groupId:artifactId:version"),
            Map.entry(MODULE_ID, "a package without its version, such as org.slf4j:slf4j-api"),
            Map.entry(
                    REPOSITORY,
                    "an address such as https://repo.example.com/maven, without a name and password:"
                            + " jvm.ivySettings may name a Secret with these"),
            Map.entry(PACKAGE_FOLDER, "a Python package as a folder, such as report or team/report"),
            Map.entry(INNER_PATH, "a relative path such as words/count.py, of letters, digits, '-', '_' and '.'"),
            Map.entry(SHA256, "64 hexadecimal digits in lower case, as sha256sum prints them"),
            Map.entry(
                    SCRIPT_URL,
                    "an address such as https://example.com/main.py or s3a://bucket/main.py (a file of the image is a"
                            + " path)"),
            Map.entry(NO_SPACES, "text without spaces"));

    private Patterns() {}

    /** What a text of {@code pattern} is, for people. */
    public static String words(String pattern) {
        return pattern.equals(NOT_BLANK)
                ? "text that is not blank"
                : WORDS.getOrDefault(pattern, "text like " + pattern);
    }
}
