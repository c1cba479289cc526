package io.pyjob.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the user asks for. Parts that JSON leaves out take their defaults here, so that no reader checks again. */
public record PyJobSpec(
        ScriptSource script,
        List<String> args,
        PythonSpec python,
        DriverSpec driver,
        ExecutorsSpec executors,
        Map<String, String> conf) {

    public PyJobSpec {
        args = args == null ? List.of() : List.copyOf(args);
        python = python == null ? PythonSpec.DEFAULT : python;
        driver = driver == null ? DriverSpec.DEFAULT : driver;
        executors = executors == null ? ExecutorsSpec.DEFAULT : executors;
        conf = conf == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(conf));
    }
}
