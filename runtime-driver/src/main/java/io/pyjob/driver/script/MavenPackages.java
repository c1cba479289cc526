package io.pyjob.driver.script;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ivy.core.settings.IvySettings;
import org.apache.ivy.core.settings.NamedTimeoutConstraint;
import org.apache.ivy.plugins.resolver.AbstractResolver;
import org.apache.ivy.plugins.resolver.ChainResolver;
import org.apache.ivy.plugins.resolver.DependencyResolver;
import org.apache.ivy.plugins.resolver.IBiblioResolver;
import org.apache.spark.SparkConf;
import org.apache.spark.util.MavenUtils;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** {@code spark.jars.packages} and what belongs to it: as {@code DependencyUtils} of Spark, but with words for a failure. */
final class MavenPackages {
    static final String SETTINGS = "spark.jars.ivySettings";
    static final String REPOSITORIES = "spark.jars.repositories";

    /** Ivy's own is for ever, and a firewall may swallow what is sent. */
    private static final int CONNECT_MILLIS = 15_000;

    private static final int READ_MILLIS = 60_000;
    private static final Pattern TROUBLE =
            Pattern.compile("(?i).*(access error|exception|timed out|refused|host .* not found).*");
    private static final int MOST_LINES = 5;

    private MavenPackages() {}

    /**
     * Finds them, with what they need in turn, and fetches what is not there.
     *
     * @param isOfField whether a field of the manifest names them, for words
     */
    static Resolved resolve(SparkConf conf, boolean isOfField) {
        String coordinates = conf.get(ScriptDependencies.PACKAGES, "").strip();
        if (coordinates.isEmpty()) {
            return Resolved.NOTHING;
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        List<String> places = new ArrayList<>();
        PrintStream log = new PrintStream(new Both(System.err, kept), true, StandardCharsets.UTF_8);
        try {
            Seq<String> exclusions = CollectionConverters.asScala(
                            Stream.of(conf.get("spark.jars.excludes", "").split(",", -1))
                                    .map(String::strip)
                                    .filter(exclusion -> !exclusion.isEmpty())
                                    .toList())
                    .toList();
            Option<String> file = text(conf, SETTINGS);
            IvySettings settings = file.isDefined()
                    ? MavenUtils.loadIvySettings(
                            file.get(), text(conf, REPOSITORIES), text(conf, "spark.jars.ivy"), log)
                    : built(conf, true, log);
            places.addAll(places(settings.getDefaultResolver()));
            Option<IvySettings> withoutCache =
                    file.isDefined() ? Option.empty() : Option.apply(built(conf, false, log));
            List<String> jars = CollectionConverters.asJava(MavenUtils.resolveMavenCoordinates(
                    coordinates, settings, withoutCache, true, exclusions, false, log));
            return new Resolved(jars, IvyWords.evictions(kept.toString(StandardCharsets.UTF_8)));
        } catch (RuntimeException e) {
            String said = kept.toString(StandardCharsets.UTF_8);
            throw new CannotProvide(
                    isOfField ? ofField(coordinates, places, e, said) : message(coordinates, places, e, said), e);
        }
    }

    private static IvySettings built(SparkConf conf, boolean withLocalMaven, PrintStream log) {
        IvySettings settings = MavenUtils.buildIvySettings(
                text(conf, REPOSITORIES), text(conf, "spark.jars.ivy"), withLocalMaven, log);
        NamedTimeoutConstraint patience = new NamedTimeoutConstraint("pyjob");
        patience.setConnectionTimeout(CONNECT_MILLIS);
        patience.setReadTimeout(READ_MILLIS);
        settings.addConfigured(patience);
        settings.getResolvers().forEach(resolver -> {
            if (resolver instanceof AbstractResolver known) {
                known.setTimeoutConstraint(patience.getName());
                known.validate();
            }
        });
        return settings;
    }

    /** Where a resolver and those in it look: addresses, or names where there is none. */
    private static List<String> places(DependencyResolver resolver) {
        if (resolver instanceof ChainResolver chain) {
            return chain.getResolvers().stream()
                    .flatMap(inner -> places(inner).stream())
                    .distinct()
                    .toList();
        }
        return List.of(
                resolver instanceof IBiblioResolver maven && maven.getRoot() != null
                        ? maven.getRoot()
                        : resolver.getName());
    }

    static String ofField(String coordinates, List<String> places, Exception e, String log) {
        List<String> unresolved = IvyWords.unresolved(String.valueOf(e.getMessage()));
        String what = unresolved.isEmpty()
                ? coordinates + " cannot be resolved: " + e.getMessage()
                : String.join("; ", unresolved);
        return "spec.jvm.packages: " + what + asked(places) + trouble(log)
                + "\nIs it groupId:artifactId:version, and is that published? More repositories are named in"
                + " spec.jvm.repositories, mirrors and logins in spec.jvm.ivySettings. All that Ivy said is in the log of"
                + " the driver's jvm container.";
    }

    private static String asked(List<String> places) {
        return places.isEmpty() ? "" : "\nAsked: " + String.join(", ", places);
    }

    static String message(String coordinates, List<String> places, Exception e, String log) {
        return ScriptDependencies.PACKAGES + "=" + coordinates + " cannot be resolved: " + e.getMessage()
                + asked(places) + trouble(log)
                + "\nIs it groupId:artifactId:version, and is that published? Can the driver's pod reach the repositories:"
                + " Maven Central, and those of " + REPOSITORIES + " or " + SETTINGS
                + "? All that Ivy said is in the log of"
                + " the driver's jvm container.";
    }

    private static String trouble(String log) {
        return log.lines()
                .map(String::strip)
                .filter(line -> TROUBLE.matcher(line).matches())
                .distinct()
                .limit(MOST_LINES)
                .map(line -> "\n  " + line)
                .collect(Collectors.joining());
    }

    private static Option<String> text(SparkConf conf, String key) {
        String value = conf.get(key, "").strip();
        return value.isEmpty() ? Option.empty() : Option.apply(value);
    }

    /** Writes to both. Neither is this one's to close. */
    private static final class Both extends OutputStream {
        private final PrintStream first;
        private final ByteArrayOutputStream second;

        Both(PrintStream first, ByteArrayOutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int b) {
            first.write(b);
            second.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            first.write(bytes, from, length);
            second.write(bytes, from, length);
        }

        @Override
        public void flush() {
            first.flush();
        }
    }
}
