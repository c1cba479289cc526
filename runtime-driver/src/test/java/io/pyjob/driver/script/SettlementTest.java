package io.pyjob.driver.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettlementTest {
    private static final Map<String, String> JOB = Map.of(
            "spark.master", "pyjob://default/flights",
            "spark.app.name", "flights",
            "spark.app.id", "flights-1",
            "spark.submit.deployMode", "client",
            "spark.driver.host", "10.1.0.1",
            "spark.authenticate", "true",
            "spark.authenticate.secret", "s3cret",
            "spark.executor.memory", "1664m",
            "spark.executor.instances", "2",
            "spark.executor.cores", "1");

    /** What a script has that sets these, over what each new SparkConf has of the job. */
    private static Settlement settle(String... keysAndValues) {
        Map<String, String> asked = new HashMap<>(JOB);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            asked.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return Settlement.of(JOB, asked);
    }

    private static void assertIgnored(String key, String value, String warning) {
        Settlement settlement = settle(key, value);
        assertThat(settlement.changes()).isEqualTo(Map.of(key, Optional.ofNullable(JOB.get(key))));
        assertThat(settlement.warnings()).isEqualTo(Map.of(key, warning));
    }

    private static void assertSilent(Settlement settlement) {
        assertThat(settlement.warnings()).isEmpty();
    }

    @Test
    void aScriptThatSetsNothingGetsTheJobsSettings() {
        assertThat(settle()).isEqualTo(Settlement.of(Map.of(), Map.of()));
    }

    @Test
    void whatIsTheScriptsToChooseItChooses() {
        assertThat(settle("spark.app.name", "mine", "spark.sql.shuffle.partitions", "8")
                        .changes())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"local", "local[*]", "spark://host:7077", "yarn"})
    void theClusterWinsOverAMasterOfTheScripts(String master) {
        assertIgnored(
                "spark.master",
                master,
                "spark.master=" + master
                        + " in the script is ignored: the job runs on the executors of its manifest (spec.executors)");
    }

    @Test
    void aSizeOfTheManifestsIsKeptAndItsFieldNamed() {
        assertIgnored(
                "spark.executor.instances",
                "10",
                "spark.executor.instances=10 in the script is ignored, it is 2:"
                        + " spec.executors.instances of the manifest decides");
        assertIgnored(
                "spark.executor.memory",
                "4g",
                "spark.executor.memory=4g in the script is ignored, it is 1664m:"
                        + " spec.executors.memory of the manifest decides, of which the heap and the overhead are parts");
    }

    @Test
    void whatTheManifestDoesNotHaveIsTakenAway() {
        assertIgnored(
                "spark.executor.memoryOverhead",
                "1g",
                "spark.executor.memoryOverhead=1g in the script is ignored:"
                        + " spec.executors.memory of the manifest decides, of which the heap and the overhead are parts");
    }

    @ParameterizedTest
    @CsvSource({"2g", "2G", " 2048m", "2048", "2gb", "1664m", "1664", "1703936k"})
    void theManifestsOwnMemoryIsNoNewsInWhateverWordsAndAsContainerOrHeap(String memory) {
        Settlement settlement = settle("spark.executor.memory", memory);
        assertSilent(settlement);
        if (!memory.equals("1664m")) {
            assertThat(settlement.changes()).containsEntry("spark.executor.memory", Optional.of("1664m"));
        }
    }

    @ParameterizedTest
    @CsvSource({"3g", "1663m", "lots", "2.5g", "''"})
    void anyOtherMemoryIs(String memory) {
        assertThat(settle("spark.executor.memory", memory).warnings()).containsOnlyKeys("spark.executor.memory");
    }

    @Test
    void whatIsSoAnywayIsNoNews() {
        assertSilent(settle("spark.executor.cores", " 1"));
        assertSilent(settle("spark.authenticate", "TRUE"));
        assertSilent(settle("spark.submit.deployMode", "client"));
        assertSilent(settle("spark.dynamicAllocation.enabled", "false", "spark.shuffle.service.enabled", "False"));
    }

    @Test
    void whatIsPyJobsStaysSoAndSecretsAreNotTold() {
        assertIgnored(
                "spark.driver.host",
                "localhost",
                "spark.driver.host=localhost in the script is ignored, it is 10.1.0.1:"
                        + " PyJob sets it, the driver's address is its pod's");
        assertIgnored(
                "spark.authenticate.secret",
                "hush",
                "spark.authenticate.secret in the script is ignored:"
                        + " PyJob sets it, Spark's processes always authenticate each other");
        assertIgnored(
                "spark.pyjob.python.idleTimeout",
                "1h",
                "spark.pyjob.python.idleTimeout=1h in the script is ignored:"
                        + " PyJob sets it, from spec.executors.python of the manifest");
    }

    @Test
    void aConfWithoutDefaultsGetsWhatTheJobCannotRunWithout() {
        Settlement settlement = Settlement.of(JOB, Map.of("spark.master", "local", "spark.app.name", "mine"));
        assertThat(settlement.changes())
                .hasSize(JOB.size() - 1)
                .doesNotContainKey("spark.app.name")
                .containsEntry("spark.master", Optional.of("pyjob://default/flights"))
                .containsEntry("spark.authenticate.secret", Optional.of("s3cret"));
        assertThat(settlement.warnings()).containsOnlyKeys("spark.master");
    }

    @Test
    void whatSparkAddsToAConfIsNotTheScripts() {
        assertThat(settle("spark.driver.extraJavaOptions", "-Da=b -XX:+IgnoreUnrecognizedVMOptions --add-opens=...")
                        .changes())
                .isEmpty();
        assertThat(settle("spark.driver.extraJavaOptions", "-Xss4m").warnings())
                .containsOnlyKeys("spark.driver.extraJavaOptions");
    }

    @Test
    void aWarningIsOneLine() {
        assertThat(settle("spark.driver.extraJavaOptions", "-Da=b\n\t-Dc=d\n")
                        .warnings()
                        .values())
                .containsExactly("spark.driver.extraJavaOptions=-Da=b -Dc=d in the script is ignored:"
                        + " the JVM has started by then; write it into spec.conf of the manifest");
    }

    @Test
    void eachKeyThatIsDecidedHasAReason() {
        for (String key : Set.of("spark.master", "spark.network.crypto.saslFallback", "spark.authenticate.anything")) {
            assertThat(Decisions.of(key)).isPresent();
        }
        assertThat(Decisions.of("spark.dynamicAllocation.executorIdleTimeout")).isEmpty();
    }
}
