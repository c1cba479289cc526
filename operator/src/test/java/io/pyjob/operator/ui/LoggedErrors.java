package io.pyjob.operator.ui;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What anything logs as an error for as long as this is open. */
final class LoggedErrors extends AbstractAppender implements AutoCloseable {
    private final List<String> messages = new CopyOnWriteArrayList<>();

    private LoggedErrors() {
        super("errors", null, null, false, Property.EMPTY_ARRAY);
    }

    static LoggedErrors listen() {
        LoggedErrors errors = new LoggedErrors();
        errors.start();
        root().addAppender(errors);
        return errors;
    }

    private static Logger root() {
        return (Logger) LogManager.getRootLogger();
    }

    @Override
    public void append(LogEvent event) {
        if (event.getLevel().isMoreSpecificThan(Level.ERROR)) {
            messages.add(event.getLoggerName() + ": " + event.getMessage().getFormattedMessage());
        }
    }

    List<String> messages() {
        return messages;
    }

    @Override
    public void close() {
        root().removeAppender(this);
        stop();
    }
}
