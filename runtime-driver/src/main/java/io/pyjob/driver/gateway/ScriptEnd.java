package io.pyjob.driver.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the script ended, as far as this JVM can know. */
public sealed interface ScriptEnd {
    /** It ended by itself, with an exit code as a shell sees it. */
    record Exited(int code) implements ScriptEnd {
        @Override
        public String description() {
            return "the script ended with exit code " + code;
        }
    }

    /** The connection broke without a word: the python container was killed. */
    record Lost() implements ScriptEnd {
        @Override
        public String description() {
            return "the script's container has gone without saying how the script ended";
        }
    }

    /** For the log. */
    String description();

    /** Reads what came over the lifeline before it closed. */
    static ScriptEnd parse(String words) {
        Matcher exit = Pattern.compile("EXIT (\\d{1,3})\\n").matcher(words);
        return exit.matches() ? new Exited(Integer.parseInt(exit.group(1))) : new Lost();
    }
}
