package io.pyjob.operator.local;

import java.io.Writer;

/** Standard output by way of the agent. */
final class AgentWriter extends Writer {
    private final Agent agent;

    AgentWriter(Agent agent) {
        this.agent = agent;
    }

    @Override
    public void write(char[] text, int from, int length) {
        agent.print(new String(text, from, length));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
