package io.pyjob.operator;

import io.pyjob.api.Patterns;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads variables, and keeps what is wrong with them until all have been read. */
final class Variables {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern IMAGE = Pattern.compile("[\\w.:/@-]{1,512}");
    private static final Pattern FOLDER = Pattern.compile(Patterns.FOLDER);
    private static final Pattern ADDRESS = Pattern.compile(Patterns.ADDRESS);
    private static final Pattern HISTORY = Pattern.compile("http://(\\{namespace}|[a-z0-9.-])+(:[1-9][0-9]{0,4})?");
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*(:[0-9a-fA-F]*){2,7}");
    private static final int LAST_PORT = 65_535;
    private static final URI NOWHERE = URI.create("http://invalid/report");

    private final Map<String, String> env;
    private final List<String> faults = new ArrayList<>();

    Variables(Map<String, String> env) {
        this.env = env;
    }

    /** Notes that the variable is not what was expected. */
    void fault(Variable variable, String expected) {
        String value = env.getOrDefault(variable.name(), "");
        String what = value.isEmpty()
                ? (variable.isRequired() ? "not set" : "\"" + variable.fallback() + "\" by default")
                : "\"" + value + "\"";
        faults.add(variable + " is " + what + "; it must be " + expected + hint(value));
    }

    /** Kubernetes gives pods variables about Services that are named as some of ours are. */
    private static String hint(String value) {
        return value.startsWith("tcp://")
                ? " (this one comes from a Service of that name: set enableServiceLinks: false in the operator's pod)"
                : "";
    }

    void throwIfFaulty() throws InvalidConfig {
        if (!faults.isEmpty()) {
            throw new InvalidConfig(faults);
        }
    }

    String image(Variable variable) {
        return checked(variable, IMAGE.asMatchPredicate(), "the name of a container image");
    }

    String name(Variable variable) {
        return checked(variable, NAME.asMatchPredicate(), "a name as Kubernetes has them");
    }

    String nameOrNone(Variable variable) {
        return value(variable).isEmpty() ? "" : name(variable);
    }

    String folderOrNone(Variable variable) {
        return value(variable).isEmpty()
                ? ""
                : checked(variable, FOLDER.asMatchPredicate(), Patterns.words(Patterns.FOLDER));
    }

    String addressOrNone(Variable variable) {
        return value(variable).isEmpty()
                ? ""
                : checked(variable, ADDRESS.asMatchPredicate(), Patterns.words(Patterns.ADDRESS));
    }

    /** The address of a server without a path, or one in which {namespace} stands for each namespace. */
    String historyOrNone(Variable variable) {
        return value(variable).isEmpty()
                ? ""
                : checked(
                        variable,
                        HISTORY.asMatchPredicate(),
                        "an address such as http://pyjob-history.{namespace}.svc:18080");
    }

    String address(Variable variable) {
        return checked(variable, IPV4.asMatchPredicate().or(IPV6.asMatchPredicate()), "an IP address");
    }

    List<String> names(Variable variable) {
        List<String> names = Stream.of(value(variable).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (!names.stream().allMatch(NAME.asMatchPredicate())) {
            fault(variable, "names as Kubernetes has them, with commas between");
        }
        return names;
    }

    String choice(Variable variable, String... choices) {
        List<String> all = List.of(choices);
        String shown = String.join(", ", all.stream().filter(c -> !c.isEmpty()).toList());
        return checked(variable, all::contains, "one of " + shown);
    }

    boolean flag(Variable variable) {
        return choice(variable, "true", "false").equals("true");
    }

    int port(Variable variable) {
        return number(variable, 1, LAST_PORT);
    }

    Duration seconds(Variable variable, int least, int most) {
        return Duration.ofSeconds(number(variable, least, most));
    }

    int number(Variable variable, int least, int most) {
        try {
            int number = Integer.parseInt(value(variable));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as a number out of bounds is
        }
        fault(variable, "a whole number from " + least + " to " + most);
        return Integer.parseInt(variable.fallback());
    }

    URI url(Variable variable) {
        try {
            URI url = new URI(value(variable));
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getQuery() == null
                    && url.getFragment() == null
                    && !url.getPath().endsWith("/")) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below, as a URL of another kind is
        }
        fault(variable, "a URL such as http://pyjob-report.NAMESPACE.svc:7070/report, without a slash at its end");
        return NOWHERE;
    }

    private String checked(Variable variable, Predicate<String> right, String expected) {
        String value = value(variable);
        if (!right.test(value)) {
            fault(variable, expected);
            return variable.fallback();
        }
        return value;
    }

    private String value(Variable variable) {
        String value = env.getOrDefault(variable.name(), "").strip();
        return value.isEmpty() ? variable.fallback() : value;
    }
}
