package io.pyjob.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.DockerClientFactory;

/** What is in the images, and what is not. */
@WithDocker
final class ContentsE2E {
    private static final String ALL_FILES = "find / -xdev \\( -path /proc -o -path /sys \\) -prune -o ";

    @Test
    void theRuntimeHasNoPython() {
        assertThat(OneShot.shell(
                        Image.RUNTIME,
                        ALL_FILES + "\\( -name 'python3*' -o -name 'libpython*' -o -name '*.so' -path"
                                + " '*pyarrow*' \\) ! -path '/usr/share/*' -print"))
                .isEmpty();
    }

    @Test
    void thePythonImageHasNoJavaAndNoSpark() {
        assertThat(OneShot.shell(
                        Image.PYTHON,
                        ALL_FILES + "\\( -name java -o -name 'libjvm*' -o -name '*.jar' -o -name pyspark \\) -print"))
                .isEmpty();
    }

    @Test
    void theOperatorHasNoSparkAndNoPython() {
        assertThat(OneShot.shell(
                        Image.OPERATOR,
                        ALL_FILES + "\\( -name 'spark*.jar' -o -name 'scala*.jar' -o -name 'hadoop*.jar' -o -name"
                                + " 'python3*' \\) ! -path '/usr/share/*' -print"))
                .isEmpty();
    }

    @Test
    void theOperatorHasNoPartsOfLocalMode() {
        assertThat(OneShot.shell(Image.OPERATOR, "ls /opt/pyjob/operator/jars")).doesNotContain("picocli");
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNTIME", "PYTHON", "OPERATOR"})
    void noFileGivesAnybodyMoreRights(Image image) {
        assertThat(OneShot.shell(image, ALL_FILES + "-type f -perm /6000 -print"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNTIME", "PYTHON", "OPERATOR"})
    void nothingCanBeWrittenByTheUserButTheUsualFolders(Image image) {
        assertThat(OneShot.shell(image, ALL_FILES + "-type f \\( -perm -o+w -o -user 185 -o -group 185 \\) -print"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theUserIsNotRoot(Image image) {
        ContainerConfig config = DockerClientFactory.instance()
                .client()
                .inspectImageCmd(image.reference())
                .exec()
                .getConfig();
        assertThat(config).isNotNull();
        assertThat(config.getUser()).isEqualTo("185:185");
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNTIME", "PYTHON", "OPERATOR"})
    void theUserHasAnEntry(Image image) {
        assertThat(OneShot.shell(image, "grep :185: /etc/passwd")).startsWith("pyjob:x:185:185:");
    }

    @Test
    void theRuntimeHasWhatPodsHooksNeed() {
        assertThat(OneShot.shell(
                        Image.RUNTIME,
                        "for it in sh java jcmd; do command -v $it; done; kill -l >/dev/null && echo kill"))
                .isEqualTo("/usr/bin/sh\n/opt/java/bin/java\n/opt/java/bin/jcmd\nkill\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNTIME", "PYTHON"})
    void theExamplesDataIsAtTheSamePlace(Image image) {
        assertThat(OneShot.shell(image, "ls /opt/pyjob/examples/data"))
                .contains("airlines.csv\n", "flights\n", "opticks.txt\n", "weather\n");
    }

    @Test
    void thePythonImageStartsWhereTheExamplesAre() {
        OneShot ended = OneShot.run(
                Image.PYTHON, Map.of(), "python3", "-c", "import os; print(os.getcwd(), os.path.exists('flights.py'))");
        assertThat(ended).isEqualTo(new OneShot(0, "/opt/pyjob/examples True\n"));
    }

    @Test
    void bothJvmsHaveTheSameClassPathAndAllOfItIsThere() {
        String home = "/opt/pyjob/";
        assertThat(OneShot.shell(Image.RUNTIME, "cmp " + home + "driver.args " + home + "executor.args && echo same"))
                .isEqualTo("same\n");
        assertThat(OneShot.shell(
                        Image.RUNTIME,
                        "sed -n 2p " + home + "driver.args | tr -d '\"' | tr : '\\n' | while read -r jar; do"
                                + " [ -f \"$jar\" ] || echo \"$jar\"; done"))
                .isEmpty();
    }

    @Test
    void theOperatorTellsWhichSettingItLacks() {
        OneShot ended = OneShot.run(Image.OPERATOR, Map.of());
        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(78);
        assertThat(ended.output()).contains("PYJOB_RUNTIME_IMAGE");
    }

    @Test
    void theOperatorTakesJavasClassesFromTheirArchive() {
        // Without one that fits, the JVM would not start.
        OneShot ended = OneShot.run(Image.OPERATOR, Map.of("JDK_JAVA_OPTIONS", "-Xshare:on"));
        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(78);
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNTIME", "OPERATOR"})
    void thereIsNoPackageManagerAndNoOtherInterpreter(Image image) {
        assertThat(OneShot.shell(
                        image,
                        "for it in apt apt-get dpkg rpm perl python python3 wget nc; do command -v $it || true; done"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNTIME", "OPERATOR"})
    void scannersFindThePackages(Image image) {
        assertThat(OneShot.shell(image, "grep -h ^Version: /var/lib/dpkg/status.d/libc6; . /etc/os-release; echo $ID"))
                .matches("Version: 2\\.36-\\S+\ndebian\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNTIME", "OPERATOR"})
    void eachLinkToBusyBoxIsACommandThatItHas(Image image) {
        assertThat(OneShot.shell(
                        image,
                        "cd /usr/bin && for it in *; do [ \"$(readlink $it)\" != busybox ] || busybox --list | grep -Fxq -- $it ||"
                                + " echo $it; done"))
                .isEmpty();
    }

    /** What Hadoop and people call, as Hadoop calls it. */
    @Test
    void theRuntimeHasTheCommandsThatHadoopCalls() {
        assertThat(OneShot.shell(
                        Image.RUNTIME,
                        "cd /tmp && touch it && chmod 0640 it && ls -ld it | cut -c1-10 && bash -c 'id -gn pyjob' && "
                                + "setsid bash -c 'echo $((1 + 1))' && rm it && readlink -f /proc/self >/dev/null"))
                .isEqualTo("-rw-r-----\npyjob\n2\n");
    }
}
