package io.pyjob.executor.pod;

import java.io.Serializable;

/** What an executor tells its driver of its Python workers. */
public record ExecutorNews(String executor, PythonNews news) implements Serializable {
    /** The driver's endpoint for it. */
    public static final String ENDPOINT = "PyJobPythonNews";
}
