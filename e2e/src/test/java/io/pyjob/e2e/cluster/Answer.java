package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

/** What a command answered. */
record Answer(String command, int code, String out, String err) {

    /** Its standard output; it has to have succeeded. */
    String ok() {
        assertThat(code).as(toString()).isZero();
        return out;
    }

    /** All it said; it has to have failed. */
    String refused() {
        assertThat(code).as(toString()).isNotZero();
        return out + err;
    }

    @Override
    public String toString() {
        return "$ " + command + "\n" + out + err + "(exit code " + code + ")";
    }
}
