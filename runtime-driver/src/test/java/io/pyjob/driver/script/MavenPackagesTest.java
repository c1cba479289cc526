package io.pyjob.driver.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class MavenPackagesTest {

    @Test
    void aFailureSaysWhatWasInTheWayAndWhatToDo() {
        String message = MavenPackages.message(
                "com.acme:tool:1.0",
                new RuntimeException("[unresolved dependency: com.acme#tool;1.0: not found]"),
                """
                \t\tcom.acme#tool;1.0: not found
                \tServer access error at url http://r/tool.pom (java.net.UnknownHostException: r)
                \tServer access error at url http://r/tool.pom (java.net.UnknownHostException: r)
                \tHost r not found. url=http://r/tool.jar
                """);
        assertThat(message)
                .startsWith("spark.jars.packages=com.acme:tool:1.0 cannot be resolved:"
                        + " [unresolved dependency: com.acme#tool;1.0: not found]\n"
                        + "  Server access error at url http://r/tool.pom (java.net.UnknownHostException: r)\n"
                        + "  Host r not found. url=http://r/tool.jar\n"
                        + "Is it groupId:artifactId:version")
                .contains("spark.jars.repositories", "the driver's jvm container");
    }

    @Test
    void whatIsNoCoordinateIsToldAtOnce() {
        SparkConf conf = new SparkConf(false).set("spark.jars.packages", "nonsense");
        assertThatThrownBy(() -> MavenPackages.resolve(conf))
                .isInstanceOf(CannotProvide.class)
                .hasMessageContaining("groupId:artifactId:version")
                .hasMessageContaining("nonsense");
    }

    @Test
    void noPackagesAreNothingToResolve() {
        assertThat(MavenPackages.resolve(new SparkConf(false).set("spark.jars.packages", " ")))
                .isEmpty();
    }
}
