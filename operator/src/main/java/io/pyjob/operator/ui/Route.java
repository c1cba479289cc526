package io.pyjob.operator.ui;

import io.pyjob.operator.ui.Destination.Elsewhere;
import io.pyjob.operator.ui.Destination.Here;
import io.pyjob.operator.ui.Destination.There;
import io.pyjob.operator.ui.JobView.Driver;
import java.net.URI;
import java.util.Optional;

/** Which page a request gets. Pure. */
final class Route {
    private static final int HTTP = 80;

    private Route() {}

    /** For who may see the job. */
    static Destination of(JobPath path, JobView job, Optional<URI> history) {
        if (path.isKill()) {
            return new Here(Pages.kill(path));
        }
        if (path.rest().isEmpty()) {
            return new Elsewhere(path.prefix() + "/");
        }
        Optional<String> application = path.application();
        if (path.isHistory() && application.isEmpty()) {
            return listed(path, job, history);
        }
        if (application.isPresent()) {
            return ofApplication(path, job, history, application.get());
        }
        return job.driver().isPresent() ? driver(path, job, job.driver().get()) : withoutDriver(path, job, history);
    }

    private static Destination ofApplication(JobPath path, JobView job, Optional<URI> history, String application) {
        if (!job.owns(application)) {
            return new Here(Pages.notTheirs(path));
        }
        if (!path.isHistory() && job.runs(application)) {
            return driver(path, job, job.driver().orElseThrow());
        }
        return history.<Destination>map(server -> there(path, server))
                .orElseGet(() -> new Here(Pages.noHistory(path, job)));
    }

    private static Destination withoutDriver(JobPath path, JobView job, Optional<URI> history) {
        if (job.isGone() && job.applications().isEmpty()) {
            return new Here(Pages.unknown(path, history.isPresent()));
        }
        if (path.isStatic() && history.isPresent()) {
            return there(path, history.get());
        }
        if (!path.rest().equals("/")) {
            return new Here(Pages.notTheirs(path));
        }
        return job.isOver() || job.isGone() ? listed(path, job, history) : new Here(Pages.noDriver(path, job));
    }

    private static Destination listed(JobPath path, JobView job, Optional<URI> history) {
        if (job.isGone() && job.applications().isEmpty()) {
            return new Here(Pages.unknown(path, history.isPresent()));
        }
        if (history.isEmpty()) {
            return new Here(Pages.noHistory(path, job));
        }
        return job.applications().size() == 1
                ? new Elsewhere(historyOf(path, job.applications().get(0).id()))
                : new Here(Pages.attempts(path, job));
    }

    private static Destination driver(JobPath path, JobView job, Driver driver) {
        return new There(
                driver.address(),
                driver.port(),
                path.rest(),
                path.prefix(),
                Pages.silent(path, job),
                Pages.notTheirs(path));
    }

    private static Destination there(JobPath path, URI history) {
        int port = history.getPort() < 0 ? HTTP : history.getPort();
        return new There(
                history.getHost(),
                port,
                path.rest(),
                path.prefix(),
                Pages.noHistoryServer(path),
                path.isHistory() ? Pages.noEventLog(path) : Pages.notTheirs(path));
    }

    /** Where the pages of an attempt that has ended begin. */
    static String historyOf(JobPath path, String application) {
        return path.prefix() + "/history/" + application + "/jobs/";
    }
}
