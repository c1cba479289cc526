package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.PyJob;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JobNamesTest {
    private static final String RFC_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";

    @Test
    void shortPlainNamesAreKept() {
        JobNames names = names("flights");
        assertThat(names.base()).isEqualTo("flights");
        assertThat(names.service()).isEqualTo("flights-driver");
        assertThat(names.driverPod(2)).isEqualTo("flights-2-driver");
        assertThat(names.executorPod(1, 12)).isEqualTo("flights-1-exec-12");
    }

    @Test
    void everyNameOfEveryValidJobIsALabelThatAServiceMayHave() {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            String job = anyName(random);
            JobNames names = names(job);
            assertThat(List.of(
                            names.service(),
                            names.secret(),
                            names.configMap(),
                            names.driverPod(Integer.MAX_VALUE),
                            names.executorPod(Integer.MAX_VALUE, Integer.MAX_VALUE)))
                    .as(job)
                    .allSatisfy(name -> assertThat(name).matches(RFC_1035).hasSizeLessThanOrEqualTo(63));
        }
    }

    @Test
    void jobsOfOtherNamesHaveOtherNames() {
        String long1 = "a".repeat(200) + "1";
        String long2 = "a".repeat(200) + "2";
        Set<String> bases = new HashSet<>();
        for (String job : List.of(long1, long2, "a.b", "a-b", "1a", "j1a", "a".repeat(36), "a".repeat(37))) {
            assertThat(bases.add(names(job).base())).as(job).isTrue();
        }
    }

    @Test
    void whatPodsMountIsNotNamedAsThatOfAnEarlierJobOfTheName() {
        JobNames earlier = JobNames.of(job("flights", "3f2a9c1b-0000-4000-8000-000000000000"));
        JobNames later = JobNames.of(job("flights", "3f2a9c1b-0000-4000-8000-000000000001"));
        assertThat(later.base()).isEqualTo(earlier.base());
        assertThat(later.secret()).isNotEqualTo(earlier.secret());
        assertThat(later.configMap()).isNotEqualTo(earlier.configMap());
    }

    private static JobNames names(String job) {
        return JobNames.of(job(job, "3f2a9c1b-0000-4000-8000-000000000000"));
    }

    private static PyJob job(String name, String uid) {
        PyJob job = new PyJob();
        job.getMetadata().setName(name);
        job.getMetadata().setUid(uid);
        return job;
    }

    /** A DNS subdomain, as Kubernetes takes it for the name of a resource. */
    private static String anyName(Random random) {
        int length = 1 + random.nextInt(253);
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            boolean edge = i == 0 || i == length - 1 || name.charAt(i - 1) == '.';
            String from = edge ? "abcz019" : "abcz019-.";
            name.append(from.charAt(random.nextInt(from.length())));
        }
        return name.toString().replace("-.", "a.");
    }
}
