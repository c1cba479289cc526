package io.pyjob.operator.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What follows {@code --trace}: a picture's or data's name, or nothing. The next argument is one if it has such a name and is
 * not the last, which is the job.
 */
final class TraceFiles implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's choice
    public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
        List<String> files = new ArrayList<>(option.getValue());
        boolean isFile = arguments.size() > 1 && TraceFile.isNamedSo(arguments.peek());
        files.add(isFile ? arguments.pop() : "");
        option.setValue(files);
    }
}
