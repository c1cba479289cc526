package io.pyjob.operator.ui;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a request asks for: /NAMESPACE/JOB and what follows, {@code rest}, which is empty or begins with a slash. None of its
 * parts leads out of the job's pages.
 */
record JobPath(String namespace, String job, String rest) {
    private static final Pattern PATH =
            Pattern.compile("/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)/([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)(/.*)?");
    private static final Pattern HIDDEN = Pattern.compile("%(2e|2f|5c|00)");
    private static final Pattern KILL = Pattern.compile("(.*/)?kill(/.*)?");

    /** Where an application's id stands in a path: in the history server's pages, and in Spark's own interface. */
    private static final Pattern APPLICATION = Pattern.compile("/(?:history|api/v1/applications)/([^/]+)(?:/.*)?");

    static Optional<JobPath> of(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String rest = matcher.group(3) == null ? "" : matcher.group(3);
        boolean leadsOut = HIDDEN.matcher(rest.toLowerCase(Locale.ROOT)).find()
                || rest.contains("//")
                || rest.contains("\\")
                || Stream.of(rest.split("/")).anyMatch(part -> part.equals(".") || part.equals(".."));
        return leadsOut ? Optional.empty() : Optional.of(new JobPath(matcher.group(1), matcher.group(2), rest));
    }

    /** What all addresses of the job begin with. */
    String prefix() {
        return "/" + namespace + "/" + job;
    }

    String title() {
        return namespace + "/" + job;
    }

    /** Whether it ends something: Spark does that for a plain GET, too. */
    boolean isKill() {
        return KILL.matcher(rest.toLowerCase(Locale.ROOT)).matches();
    }

    /** The application that is asked for, if one is named. */
    Optional<String> application() {
        Matcher matcher = APPLICATION.matcher(rest);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    boolean isHistory() {
        return rest.equals("/history") || rest.startsWith("/history/");
    }

    boolean isStatic() {
        return rest.startsWith("/static/");
    }
}
