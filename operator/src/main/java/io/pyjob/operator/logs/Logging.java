package io.pyjob.operator.logs;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.api.LayoutComponentBuilder;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;

/**
 * Sets log4j up, before anything has logged. There is no configuration file, since local mode uses the same jar and must
 * not find one.
 */
public final class Logging {
    private static final String TEXT = "%d{ISO8601}{UTC}Z %-5p [%t] %c{1.}"
            + "%notEmpty{ %X{resource.namespace}}%notEmpty{/%X{resource.name}}: %m%n%ex{full}";
    private static final String CONSOLE = "console";

    private Logging() {}

    /** From now on all that is logged goes to the standard output, in that form. */
    public static void configure(LogSettings settings) {
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setStatusLevel(Level.ERROR);
        builder.setShutdownHook("disable"); // the operator logs to its very end, and then stops logging itself
        builder.add(builder.newAppender(CONSOLE, "Console")
                .addAttribute("target", ConsoleAppender.Target.SYSTEM_OUT)
                .addAttribute("direct", true)
                .add(layout(builder, settings.format())));
        Level level = Level.valueOf(settings.level().name());
        builder.add(builder.newRootLogger(libraries(level)).add(builder.newAppenderRef(CONSOLE)));
        builder.add(builder.newLogger("io.pyjob", level));
        if (level.isMoreSpecificThan(Level.INFO)) {
            // What these say with a stack trace each time, the operator says in a line of its own.
            builder.add(builder.newLogger("io.javaoperatorsdk.operator.processing.event.EventProcessor", Level.ERROR));
            builder.add(builder.newLogger("io.fabric8.kubernetes.client.extended.leaderelection", Level.ERROR));
            // That v1alpha1 is not stable is known.
            builder.add(builder.newLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils", Level.ERROR));
        }
        Configurator.initialize(builder.build(false));
    }

    /** Libraries tell people who use the operator little: they are heard from warnings on, unless all is asked for. */
    private static Level libraries(Level own) {
        return own.equals(Level.INFO) ? Level.WARN : own;
    }

    private static LayoutComponentBuilder layout(
            ConfigurationBuilder<BuiltConfiguration> builder, LogSettings.Format format) {
        return switch (format) {
            case JSON ->
                builder.newLayout("JsonTemplateLayout")
                        .addAttribute("eventTemplateUri", "classpath:io/pyjob/operator/logs/line.json");
            case TEXT -> builder.newLayout("PatternLayout").addAttribute("pattern", TEXT);
        };
    }
}
