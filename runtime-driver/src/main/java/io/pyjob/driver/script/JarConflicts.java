package io.pyjob.driver.script;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Jars of a job that do not go together, or not with those of Spark. It reads jars and changes nothing.
 *
 * @param ofSpark jars of the class path that the JVM was started with
 * @param added jars of the job
 * @param isJobFirst whether classes of the job's jars go before those of Spark ({@code userClassPathFirst})
 */
record JarConflicts(List<Jar> ofSpark, List<Jar> added, boolean isJobFirst) {
    private static final String SCALA = "2.13";

    JarConflicts {
        ofSpark = List.copyOf(ofSpark);
        added = List.copyOf(added);
    }

    /** A sentence for each. */
    Set<String> told() {
        Set<String> told = new LinkedHashSet<>();
        for (Jar jar : added) {
            jar.own().ifPresent(own -> {
                own.scala()
                        .filter(scala -> scala.startsWith("2.") && !scala.equals(SCALA))
                        .ifPresent(scala -> told.add(jar.name() + " is for Scala " + scala + ", and Spark's is " + SCALA
                                + ": what is called in it may fail; take the one whose name has _" + SCALA));
                besideSpark(jar, own, false).ifPresent(told::add);
            });
            jar.within().forEach(library -> besideSpark(jar, library, true).ifPresent(told::add));
        }
        told.addAll(besideEachOther());
        return told;
    }

    private Optional<String> besideSpark(Jar jar, Library library, boolean isWithin) {
        return ofSpark.stream()
                .filter(shipped -> shipped.own().filter(library::isSameAs).isPresent())
                // Names of files have no groups: what Spark's jar says itself decides.
                .filter(shipped ->
                        Jar.read(shipped.path()).own().filter(library::isSameAs).isPresent())
                .filter(shipped -> !shipped.own().orElseThrow().version().equals(library.version()))
                .filter(shipped -> !isWithin || jar.sharesClassesWith(shipped))
                .findFirst()
                .map(shipped -> besideSpark(jar, library, shipped.own().orElseThrow(), isWithin));
    }

    private String besideSpark(Jar jar, Library library, Library shipped, boolean isWithin) {
        String what = isWithin
                ? jar.name() + " has " + library.id() + ' ' + library.version() + " in it"
                : jar.name() + " is " + library.artifact() + ' ' + library.version();
        String advice = isWithin
                ? "take a jar without it, or one that has it under another name"
                : "take what goes with " + shipped.version() + ", or leave it out" + excluded(library);
        return what + ", and Spark has " + shipped.version() + ": classes of "
                + (isJobFirst ? "the job's are used, also by Spark" : "Spark's are used")
                + "; if that fails, " + advice;
    }

    private static String excluded(Library library) {
        return library.group().isEmpty() ? "" : " (spec.jvm.excludes: [\"" + library.id() + "\"])";
    }

    private List<String> besideEachOther() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < added.size(); i++) {
            for (int j = i + 1; j < added.size(); j++) {
                Jar one = added.get(i);
                Jar other = added.get(j);
                libraries(one)
                        .flatMap(library -> libraries(other)
                                .filter(library::isSameAs)
                                .filter(twin -> !twin.version().equals(library.version()))
                                .map(twin ->
                                        library.artifact() + " is there twice, " + library.version() + " (" + one.name()
                                                + ") and " + twin.version() + " (" + other.name()
                                                + "): which of them is used is not certain; leave one out"))
                        .findFirst()
                        .ifPresent(told::add);
            }
        }
        return told;
    }

    private static Stream<Library> libraries(Jar jar) {
        return Stream.concat(jar.own().stream(), jar.within().stream());
    }
}
