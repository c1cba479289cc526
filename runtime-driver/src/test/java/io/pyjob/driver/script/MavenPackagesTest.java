package io.pyjob.driver.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class MavenPackagesTest {

    @Test
    void aFailureSaysWhatWasInTheWayAndWhatToDo() {
        String message = MavenPackages.message(
                "com.acme:tool:1.0",
                List.of("file:/m2", "https://repo.example.com/maven"),
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
                        + "Asked: file:/m2, https://repo.example.com/maven\n"
                        + "  Server access error at url http://r/tool.pom (java.net.UnknownHostException: r)\n"
                        + "  Host r not found. url=http://r/tool.jar\n"
                        + "Is it groupId:artifactId:version")
                .contains("spark.jars.repositories", "the driver's jvm container");
    }

    @Test
    void aFailureOfTheFieldNamesThePackageAndWhoWasAsked() {
        String message = MavenPackages.ofField(
                "com.acme:tool:1.0,com.acme:other:2.0",
                List.of("file:/m2", "https://repo.example.com/maven"),
                new RuntimeException("[unresolved dependency: com.acme#tool;1.0: not found, unresolved dependency:"
                        + " com.acme#other;2.0: configuration not found in com.acme#other;2.0: 'default']"),
                "\tHost r not found. url=http://r/tool.jar\n");
        assertThat(message)
                .startsWith("spec.jvm.packages: com.acme:tool:1.0 is in none of the repositories;"
                        + " com.acme:other:2.0 cannot be had (configuration not found in com.acme#other;2.0: 'default')\n"
                        + "Asked: file:/m2, https://repo.example.com/maven\n"
                        + "  Host r not found. url=http://r/tool.jar\n");
    }

    @Test
    void whatIsNoCoordinateIsToldAtOnce() {
        SparkConf conf = new SparkConf(false).set("spark.jars.packages", "nonsense");
        assertThatThrownBy(() -> MavenPackages.resolve(conf, false))
                .isInstanceOf(CannotProvide.class)
                .hasMessageContaining("groupId:artifactId:version")
                .hasMessageContaining("nonsense");
    }

    @Test
    void noPackagesAreNothingToResolve() {
        assertThat(MavenPackages.resolve(new SparkConf(false).set("spark.jars.packages", " "), false))
                .isEqualTo(Resolved.NOTHING);
    }
}
