package io.pyjob.driver.script;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What becomes of the settings with which a script makes a SparkContext. Pure.
 *
 * @param changes what the SparkConf is to have instead; empty for what it is not to have at all
 * @param warnings for each key that the script has set in vain, one line that says so
 */
record Settlement(SortedMap<String, Optional<String>> changes, SortedMap<String, String> warnings) {
    private static final String JAVA_OPTIONS = ".extraJavaOptions";
    /** Spark adds this to a SparkConf itself, so that what a script takes from an earlier context has it. */
    private static final String SPARKS_OWN_JAVA_OPTION = "-XX:+IgnoreUnrecognizedVMOptions";

    Settlement {
        changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
        warnings = Collections.unmodifiableSortedMap(new TreeMap<>(warnings));
    }

    /** Of the {@code job}'s own settings, and those {@code asked} for, which are the job's unless the script changed them. */
    static Settlement of(Map<String, String> job, Map<String, String> asked) {
        SortedMap<String, Optional<String>> changes = new TreeMap<>();
        SortedMap<String, String> warnings = new TreeMap<>();
        job.forEach((key, value) -> {
            // Of new SparkConf(false): it leaves out what the job cannot run without.
            if (!asked.containsKey(key)) {
                changes.put(key, Optional.of(value));
            }
        });
        asked.forEach((key, value) -> {
            Optional<String> decided = Optional.ofNullable(job.get(key));
            Optional<String> decision = Decisions.of(key);
            if (decision.isEmpty() || decided.equals(Optional.of(value)) || isSparksOwn(key, value)) {
                return;
            }
            changes.put(key, decided);
            if (!isSame(key, value, decided)) {
                warnings.put(key, warning(key, value, decided, decision.get()));
            }
        });
        return new Settlement(changes, warnings);
    }

    private static boolean isSparksOwn(String key, String value) {
        return key.endsWith(JAVA_OPTIONS) && value.contains(SPARKS_OWN_JAVA_OPTION);
    }

    /** Whether what is asked for is what there is, in other words. */
    private static boolean isSame(String key, String asked, Optional<String> decided) {
        if (decided.isEmpty()) {
            return asked.isBlank() || asked.strip().equalsIgnoreCase("false"); // which is Spark's default, too
        }
        String value = decided.get();
        if (key.endsWith(".memory")) {
            Optional<HeapSize> size = HeapSize.parse(asked);
            return size.isPresent() && HeapSize.parse(value).stream().anyMatch(size.get()::isOrHasInIt);
        }
        return asked.strip().equalsIgnoreCase(value);
    }

    private static String warning(String key, String value, Optional<String> decided, String decision) {
        boolean tell = !isSecret(key);
        String ignored = (tell ? key + "=" + value.strip() : key) + " in the script is ignored";
        // What runs instead of a master says nothing to anybody: it is a name of ours.
        String instead = tell && !key.equals(Decisions.MASTER)
                ? decided.map(now -> ", it is " + now).orElse("")
                : "";
        return (ignored + instead + ": " + decision).replaceAll("[\\r\\n\\t]+", " ");
    }

    private static boolean isSecret(String key) {
        return key.matches("(?i).*(secret|password|token).*");
    }
}
