package io.pyjob.operator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.pyjob.operator.pods.Bootstrap;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Which package may know which: the pure ones know no IO, no clock and nothing of those that carry out what they decide. */
final class PackageRulesTest {
    private static final String API = "io.pyjob.api..";
    private static final String PODS = "io.pyjob.operator.pods..";
    private static final String PLAN = "io.pyjob.operator.plan..";
    private static final String KUBE = "io.pyjob.operator.kube..";
    private static final String TRACE = "io.pyjob.operator.trace..";
    private static final String SCHEDULE = "io.pyjob.operator.schedule..";
    private static final String[] PURE = {PODS, PLAN, TRACE, SCHEDULE};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.pyjob");

    /** Its content is a constant of the jar, which happens to be kept as a file. */
    private static final DescribedPredicate<JavaClass> BOOTSTRAP = belongToAnyOf(Bootstrap.class);

    @Test
    void podsKnowOnlyTheJob() {
        check(classes()
                .that()
                .resideInAPackage(PODS)
                .and(not(BOOTSTRAP))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        API,
                        PODS,
                        "io.fabric8.kubernetes..",
                        "java.lang..",
                        "java.math",
                        "java.util..",
                        "java.security",
                        "java.nio.charset",
                        "org.jspecify.annotations")));
    }

    @Test
    void plansKnowOnlyTheJobAndItsPods() {
        check(classes()
                .that()
                .resideInAPackage(PLAN)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        API,
                        PODS,
                        PLAN,
                        "io.fabric8.kubernetes.api.model..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "org.jspecify.annotations")));
    }

    @Test
    void schedulesKnowOnlyJobs() {
        check(classes()
                .that()
                .resideInAPackage(SCHEDULE)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        API,
                        PODS,
                        PLAN,
                        SCHEDULE,
                        "io.fabric8.kubernetes.api.model..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.security",
                        "java.nio.charset",
                        "org.jspecify.annotations")));
    }

    @Test
    void tracesKnowOnlyTheJob() {
        check(classes()
                .that()
                .resideInAPackage(TRACE)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        API,
                        TRACE,
                        "com.fasterxml.jackson.databind..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "org.jspecify.annotations")));
    }

    @Test
    void whatTalksToTheClusterKnowsOnlyPlansPodsAndReports() {
        check(noClasses()
                .that()
                .resideInAPackage(KUBE)
                .should()
                .dependOnClassesThat(resideInAPackage("io.pyjob.operator..")
                        .and(not(resideInAnyPackage(KUBE, PLAN, PODS, SCHEDULE, "io.pyjob.operator.report")))));
    }

    @Test
    void theApiKnowsNothingOfTheOperator() {
        check(noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.pyjob.operator.."));
    }

    @Test
    void pureCodeTakesTheTimeAsAParameterAndLeavesNothingToChance() {
        for (Class<?> source : new Class<?>[] {
            Instant.class, LocalDate.class, LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class
        }) {
            check(noClasses().that().resideInAnyPackage(PURE).should().callMethod(source, "now"));
        }
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(belongToAnyOf(
                        Clock.class, Random.class, ThreadLocalRandom.class, UUID.class, System.class, Thread.class)));
    }

    @Test
    void packagesDoNotDependOnEachOtherInCircles() {
        check(slices().matching("io.pyjob.operator.(*)..").should().beFreeOfCycles());
    }

    @Test
    void pureClassesAreFinal() {
        check(classes()
                .that()
                .resideInAnyPackage(PURE)
                .and()
                .areNotInterfaces()
                .should()
                .haveModifier(FINAL));
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
