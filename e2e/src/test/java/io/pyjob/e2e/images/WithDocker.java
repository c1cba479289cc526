package io.pyjob.e2e.images;

import com.github.dockerjava.api.exception.NotFoundException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** A test that is skipped, which is said loudly, where there is no Docker or where it lacks an image. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(WithDocker.Condition.class)
@interface WithDocker {

    /** Looks once for all classes. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Lookup.RESULT;
        }
    }

    /** What was found. */
    final class Lookup {
        static final ConditionEvaluationResult RESULT = look();

        private Lookup() {}

        private static ConditionEvaluationResult look() {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                return disabled("THERE IS NO DOCKER", "apt-get install docker.io, and run images/test");
            }
            List<String> missing = new ArrayList<>();
            for (Image image : Image.values()) {
                try {
                    DockerClientFactory.instance()
                            .client()
                            .inspectImageCmd(image.reference())
                            .exec();
                } catch (NotFoundException e) {
                    missing.add(image.reference());
                }
            }
            return missing.isEmpty()
                    ? ConditionEvaluationResult.enabled("Docker has all images")
                    : disabled("DOCKER LACKS " + String.join(", ", missing), "images/test builds and loads them");
        }

        private static ConditionEvaluationResult disabled(String what, String help) {
            String line = "#".repeat(80);
            System.err.printf(
                    "%n%s%n# %s: NONE OF THE TESTS OF IMAGES CAN RUN. THEY ARE SKIPPED.%n# %s%n%s%n%n",
                    line, what, help, line);
            return ConditionEvaluationResult.disabled(what);
        }
    }
}
