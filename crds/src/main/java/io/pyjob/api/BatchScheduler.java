package io.pyjob.api;

/** What queues of jobs there are on clusters. */
public enum BatchScheduler {
    Kueue,
    Volcano,
    YuniKorn
}
