package io.pyjob.driver.scheduler;

import io.pyjob.driver.report.LiveReport;
import io.pyjob.executor.pod.ExecutorNews;
import io.pyjob.executor.pod.FirstPythonTask;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** Where executors tell of their Python workers: when the first got a task, and what has gone wrong. */
record PythonNewsEndpoint(RpcEnv rpcEnv, LiveReport report) implements ThreadSafeRpcEndpoint {
    @Override
    public PartialFunction<Object, BoxedUnit> receive() {
        return new AbstractPartialFunction<>() {
            @Override
            public boolean isDefinedAt(Object message) {
                return message instanceof FirstPythonTask;
            }

            @Override
            public BoxedUnit apply(Object message) {
                report.pythonTaskStarted();
                return BoxedUnit.UNIT;
            }
        };
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext caller) {
        return new AbstractPartialFunction<>() {
            @Override
            public boolean isDefinedAt(Object message) {
                return message instanceof ExecutorNews;
            }

            @Override
            public BoxedUnit apply(Object message) {
                ExecutorNews said = (ExecutorNews) message;
                report.pythonNews(said.executor(), said.news());
                caller.reply(true);
                return BoxedUnit.UNIT;
            }
        };
    }
}
