package io.pyjob.executor.pod;

import java.util.Map;
import java.util.Optional;

/** Environment variables, read with errors that name the variable. An empty value counts as absent. */
public record Environment(Map<String, String> variables) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    public Optional<String> optional(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    public String required(String name) {
        return optional(name)
                .orElseThrow(() -> new StartFailure(
                        "the environment variable " + name + " is not set: the operator sets it on this container"));
    }

    public int requiredInteger(String name, int least, int most) {
        return integer(name, required(name), least, most);
    }

    public int integer(String name, int fallback, int least, int most) {
        return optional(name).map(value -> integer(name, value, least, most)).orElse(fallback);
    }

    private static int integer(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, together with a number that is out of range
        }
        throw new StartFailure("the environment variable " + name + " is `" + value + "`, not a whole number from "
                + least + " to " + most);
    }
}
