package io.pyjob.driver.report;

import io.pyjob.driver.report.Pace.Outage;
import java.io.IOException;
import java.net.HttpURLConnection;

/** An answer to a report that is not the one for a report that was taken. */
final class NotTaken extends IOException {
    private final int status;

    NotTaken(int status, String said) {
        super("HTTP status " + status + ": " + said);
        this.status = status;
    }

    Outage outage() {
        if (status == HttpURLConnection.HTTP_UNAVAILABLE) {
            return Outage.NOT_LEADING;
        }
        return status >= 400 && status < 500 ? Outage.REFUSED : Outage.AWAY;
    }
}
