package io.pyjob.e2e.cluster;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/** What {@link OnCluster} promises. */
final class ClusterExtension
        implements BeforeAllCallback,
                AfterAllCallback,
                AfterTestExecutionCallback,
                LifecycleMethodExecutionExceptionHandler,
                ParameterResolver {
    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(ClusterExtension.class);

    /** Says, once for all classes, that there is no cluster. */
    private static final class Missing {
        static final Optional<String> WHY = Cluster.missing();

        static {
            WHY.ifPresent(why -> System.err.println("\n" + "!".repeat(100) + "\nNO CLUSTER: " + why
                    + ".\nALL TESTS ON A CLUSTER ARE SKIPPED. e2e/run says how to get one.\n" + "!".repeat(100)
                    + "\n"));
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Missing.WHY.ifPresent(why -> Assumptions.abort("no cluster: " + why));
        context.getStore(STORE).put(TestNamespace.class, TestNamespace.of(context.getRequiredTestClass()));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        TestNamespace namespace = namespace(context);
        if (namespace == null) {
            return;
        }
        try (namespace) {
            Promises.areKept(namespace);
        } catch (AssertionError e) {
            dump(context, e);
            throw e;
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException().ifPresent(e -> dump(context, e));
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable e) throws Throwable {
        dump(context, e);
        throw e;
    }

    private static void dump(ExtensionContext context, Throwable why) {
        TestNamespace namespace = namespace(context);
        if (namespace == null || why instanceof TestAbortedException) {
            return;
        }
        String test = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
        System.err.println(test + " failed; what it left is in " + Dump.of(namespace, test));
    }

    private static @Nullable TestNamespace namespace(ExtensionContext context) {
        return context.getStore(STORE).get(TestNamespace.class, TestNamespace.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestNamespace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(namespace(context), "the class has no namespace");
    }
}
