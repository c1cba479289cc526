package io.pyjob.operator.ui;

import static io.pyjob.operator.ui.Page.escaped;

import io.pyjob.operator.ui.JobView.Application;
import java.util.stream.Collectors;

/** What is said when there is nothing to show. Titles name the job; texts say what to do. */
final class Pages {
    static final Page ROOT = Page.of(
            404,
            "Spark UIs of PyJobs",
            "A job's pages are at /NAMESPACE/JOB/. From a terminal they are shown by:",
            "kubectl pyjob ui JOB");
    static final Page NO_SUCH_PATH = Page.of(404, "No such page", "A job's pages are at /NAMESPACE/JOB/.");
    static final Page NO_TOKEN = Page.of(
                    401,
                    "Who are you?",
                    "The request has no bearer token of a user of this cluster (header Authorization)."
                            + " From a terminal this shows a job's pages with your own token:",
                    "kubectl pyjob ui JOB -n NAMESPACE")
            .with("WWW-Authenticate", "Bearer realm=\"pyjob\"");
    static final Page BAD_TOKEN = Page.of(
                    401,
                    "Who are you?",
                    "The cluster does not know the bearer token of the request, or it has expired.")
            .with("WWW-Authenticate", "Bearer realm=\"pyjob\", error=\"invalid_token\"");
    static final Page READ_ONLY = Page.of(405, "Nothing can be changed here", "Only GET and HEAD are taken here.")
            .with("Allow", "GET, HEAD");
    static final Page NO_BODY = Page.of(400, "A request with a body", "No request here has a body.");
    static final Page TOO_MANY =
            Page.of(503, "Too many requests at once", "Try again in a moment.").with("Retry-After", "2");
    static final Page API_SERVER = Page.of(
            503,
            "The cluster does not answer",
            "The API server could not be asked. The log of the UI's pod says more.");
    static final Page UPSTREAM =
            Page.of(502, "Not a page of Spark's", "What the job answered leads elsewhere, or was broken off.");

    private Pages() {}

    static Page forbidden(JobPath path, String user) {
        return Page.of(
                403,
                "Not yours to see",
                user + " may not get pyjobs.pyjob.io " + path.job() + " in namespace " + path.namespace()
                        + ". Who gives rights there can say so:",
                "kubectl create rolebinding view-jobs --clusterrole=view --user=" + user + " -n " + path.namespace());
    }

    static Page kill(JobPath path) {
        return Page.of(
                403,
                "Nothing can be ended here",
                "These pages only show. This ends the job:",
                "kubectl delete pyjob " + path.job() + " -n " + path.namespace());
    }

    static Page notTheirs(JobPath path) {
        return Page.of(404, "No such page", "This is none of the pages of " + path.title() + ".");
    }

    static Page unknown(JobPath path, boolean hasHistory) {
        return Page.of(
                404,
                "No job " + path.title(),
                hasHistory
                        ? "There is no such PyJob, and no event log of one that was there before."
                        : "There is no such PyJob.");
    }

    static Page noDriver(JobPath path, JobView job) {
        return Page.of(
                503,
                path.title() + " has no driver now",
                "The job is " + job.phase() + ". Its UI is there while its driver runs; this says what it waits for:",
                "kubectl pyjob status " + path.job() + " -n " + path.namespace());
    }

    static Page noHistory(JobPath path, JobView job) {
        return Page.of(
                404,
                path.title() + " has ended",
                "The job is " + job.phase() + ", and no history server shows event logs of its namespace."
                        + " The chart starts one with these values:",
                "eventLog: {claim: NAME}\nhistory: {enabled: true}");
    }

    static Page silent(JobPath path, JobView job) {
        return job.hasUi()
                ? Page.of(
                        503,
                        path.title() + " does not answer yet",
                        "Its driver opens the UI when the script makes its SparkSession. Load this page again in a moment.")
                : Page.of(
                        503,
                        "The UI of " + path.title() + " is off",
                        "Spark's UI is off where nothing else is said. Write this into the manifest's spec and run it anew:",
                        "conf: {spark.ui.enabled: \"true\"}");
    }

    static Page noHistoryServer(JobPath path) {
        return Page.of(
                503,
                "The history server does not answer",
                "It has the pages of " + path.title() + ". It may be starting: load this page again in a moment.");
    }

    static Page noEventLog(JobPath path) {
        return Page.of(
                404,
                "No event log of " + path.title(),
                "The history server has none of this attempt: the job wrote none (spec.eventLog), it is written elsewhere,"
                        + " it has been removed since, or it is so new that the server has not seen it yet.");
    }

    /** The attempts of a job, each with its pages. */
    static Page attempts(JobPath path, JobView job) {
        String rows = job.applications().stream()
                .map(a -> row(path, a))
                .collect(Collectors.joining("\n", "<table><tr><th>Attempt</th><th>End</th></tr>\n", "\n</table>"));
        return Page.html(200, "Attempts of " + path.title(), rows);
    }

    private static String row(JobPath path, Application a) {
        return "<tr><td><a href=\"%s\">%d</a></td><td>%s</td></tr>"
                .formatted(escaped(Route.historyOf(path, a.id())), a.attempt(), escaped(a.told()));
    }
}
