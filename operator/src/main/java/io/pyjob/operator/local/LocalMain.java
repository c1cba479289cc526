package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine;

/** The command line of {@code ./pyjob}, run by its agent once that has set this machine up. */
public final class LocalMain {
    /** Something in PyJob or on this machine failed, not the user's script. */
    static final int INTERNAL_ERROR = 70;

    private LocalMain() {}

    public static void main(String[] args) {
        Map<String, String> env = System.getenv();
        String runDir = env.get("PYJOB_RUN_DIR");
        if (runDir == null) {
            System.err.println("pyjob: this program is started by ./pyjob, not by itself");
            System.exit(INTERNAL_ERROR);
        }
        ObjectMapper json = new ObjectMapper();
        BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
        PrintStream toAgent = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err); // whatever a library prints must not be taken for a command
        Agent agent = new Agent(json, System.in, toAgent, events);
        RunFolder folder = new RunFolder(Path.of(runDir));
        RunCommand run = new RunCommand(json, agent, events, folder, env);
        CommandLine commands = new CommandLine(new PyJobCommand())
                .addSubcommand(run)
                .addSubcommand(new ValidateCommand())
                .addSubcommand(new ImageCommand())
                .setUsageHelpAutoWidth(true)
                .setStopAtPositional(true) // options after the script's name are the script's
                .addSubcommand(new TraceCommand(json)) // and after a trace's file the trace's
                .setOut(new PrintWriter(new AgentWriter(agent), true))
                .setExecutionExceptionHandler((failure, line, result) -> failed(agent, failure));
        int code = commands.execute(args);
        agent.finish(code, run.isKept(), run.areLogsRead());
        if (run.isLast()) {
            Abandoned.remove(folder.root());
        }
        System.exit(code);
    }

    private static int failed(Agent agent, Exception failure) {
        agent.say("pyjob: " + failure);
        for (StackTraceElement frame : failure.getStackTrace()) {
            agent.say("    at " + frame);
        }
        agent.say("pyjob: this is a defect of PyJob; the job's processes are ended");
        return INTERNAL_ERROR;
    }
}
