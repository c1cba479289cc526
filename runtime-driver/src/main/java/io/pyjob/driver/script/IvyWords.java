package io.pyjob.driver.script;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Ivy says, in the words of Maven: {@code group:artifact:version}. Pure. */
final class IvyWords {
    private static final Pattern UNRESOLVED =
            Pattern.compile("unresolved dependency: ([^#\\s]+)#([^;\\s]+);([^:\\s]+): ([^,\\]]+)");
    private static final Pattern NOT_DOWNLOADED = Pattern.compile("download failed: ([^#\\s]+)#([^;\\s]+);([^!\\s]+)!");
    private static final Pattern EVICTED =
            Pattern.compile("^\\s*([^#\\s]+)#([^;\\s]+);(\\S+)(?: from \\S+)? by \\[([^\\]]*)\\] in ");
    private static final Pattern BY = Pattern.compile("[^#\\s,]+#[^;\\s]+;([^\\s,\\]]+)");

    private IvyWords() {}

    /** Which packages could not be had, of an exception's message: {@code org:lib:1.0 is not there}; empty if it says none. */
    static List<String> unresolved(String message) {
        return Stream.concat(
                        UNRESOLVED
                                .matcher(message)
                                .results()
                                .map(found -> found.group(1)
                                        + ':'
                                        + found.group(2)
                                        + ':'
                                        + found.group(3)
                                        + (found.group(4).strip().equals("not found")
                                                ? " is in none of the repositories"
                                                : " cannot be had ("
                                                        + found.group(4).strip() + ")")),
                        NOT_DOWNLOADED
                                .matcher(message)
                                .results()
                                .map(found -> "the jar of " + found.group(1) + ':' + found.group(2) + ':'
                                        + found.group(3) + " cannot be had"))
                .distinct()
                .toList();
    }

    /** Versions that were asked for and not taken, of Ivy's report. */
    static List<String> evictions(String log) {
        return log.lines()
                .map(EVICTED::matcher)
                .filter(Matcher::find)
                .map(found -> "two packages ask for different versions of " + found.group(1) + ':' + found.group(2)
                        + ": " + winners(found.group(4)) + " is taken, and not " + found.group(3))
                .distinct()
                .toList();
    }

    private static String winners(String list) {
        return BY.matcher(list)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .collect(Collectors.joining(" and "));
    }
}
