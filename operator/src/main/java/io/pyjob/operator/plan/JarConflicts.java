package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.Conditions.Fact;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is said of jars that do not go together: the job goes on, and whoever wonders later finds it. */
final class JarConflicts {
    private static final String REASON = "VersionConflict";

    /** As long as a message may be that people read. */
    private static final int LONGEST = 4000;

    private JarConflicts() {}

    /** Of the attempt's driver; one that says nothing yet has none, and one that is gone had those that are known. */
    static Fact fact(Situation s) {
        Optional<Condition> known = of(s.before());
        List<String> conflicts = s.report().map(DriverReport::conflicts).orElse(List.of());
        if (!conflicts.isEmpty()) {
            return Fact.yes(Conditions.DEPENDENCY_CONFLICTS, REASON, cut(String.join("\n", conflicts)));
        }
        return known.map(was -> Fact.yes(
                        Conditions.DEPENDENCY_CONFLICTS, REASON, Objects.requireNonNullElse(was.getMessage(), "")))
                .orElse(Fact.no(Conditions.DEPENDENCY_CONFLICTS, "NoneKnown", "no conflict of jars is known"));
    }

    /** One for what is new. */
    static List<JobEvent> events(PyJobStatus before, PyJobStatus after) {
        Optional<String> was = of(before).map(Condition::getMessage);
        return of(after)
                .map(Condition::getMessage)
                .filter(is -> !Optional.of(is).equals(was))
                .stream()
                .map(is -> JobEvent.warning(Conditions.DEPENDENCY_CONFLICTS, cut(is, JobEvents.LONGEST)))
                .toList();
    }

    private static Optional<Condition> of(PyJobStatus status) {
        return status.conditions().stream()
                .filter(c -> Conditions.DEPENDENCY_CONFLICTS.equals(c.getType()) && "True".equals(c.getStatus()))
                .findFirst();
    }

    private static String cut(String text) {
        return cut(text, LONGEST);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 3) + "...";
    }
}
