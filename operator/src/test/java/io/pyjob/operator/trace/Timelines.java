package io.pyjob.operator.trace;

import io.pyjob.api.PodTimeline;
import io.pyjob.api.SparkTimeline;
import io.pyjob.api.Timeline;

/** Time lines to look at. */
final class Timelines {
    private Timelines() {}

    static String at(String seconds) {
        return "2026-06-01T12:00:" + seconds + "Z";
    }

    /** A job on a cluster, with all that there can be. */
    static Timeline whole() {
        return new Timeline(
                at("00"),
                at("00.100"),
                at("00.150"),
                new PodTimeline(at("00.200"), at("00.300"), at("01.000"), at("03.000"), at("05.000")),
                new PodTimeline(at("00.200"), at("00.400"), at("01.100"), at("03.500"), at("02.500")),
                new PodTimeline(at("00.250"), at("00.900"), at("02.000"), at("07.000"), at("06.500")),
                new SparkTimeline(
                        at("03.200"),
                        at("03.800"),
                        at("05.100"),
                        at("06.600"),
                        at("06.500"),
                        at("08.000"),
                        at("07.000"),
                        at("07.400"),
                        at("08.500")),
                at("09.500"));
    }
}
