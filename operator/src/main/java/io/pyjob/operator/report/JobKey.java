package io.pyjob.operator.report;

/** Which job: its namespace and its name. */
public record JobKey(String namespace, String name) {
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
